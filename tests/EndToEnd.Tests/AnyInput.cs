using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>
/// Whatever is sent, in either shape, the platform accepts it or says what is wrong with it: every request in the interface documents, with one
/// thing changed at a time, from everybody who may send it, about things that really exist.
/// </summary>
public sealed class AnyInput(Deployments deployments)
{
    private readonly ConcurrentBag<string> _faults = [];
    private readonly ConcurrentBag<string> _orders = [];
    private int _sent;
    private int _unique;

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task No_input_causes_a_server_error(Shape shape)
    {
        Required.TurnOf((int)shape);
        var deployment = await deployments.OfAsync(shape);
        using var vtf = await FurnitureConsortium.FoundAsync(deployment, new Dictionary<string, long> { ["F1"] = 100_000, ["F2"] = 100_000 });
        using var rules = await FurnitureConsortium.FoundAsync(deployment, new Dictionary<string, long> { ["F1"] = 100_000 });
        using var root = await Session.SignInAsync(deployment.Address, Deployment.OperatorEmail, Deployment.OperatorPassword);
        using var nobody = new Session(deployment.Address);
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });
        http.BaseAddress = deployment.Address;
        await TablesGoBySealedPricesAsync(vtf);
        await new MarketingToTry(vtf).PrepareAsync();
        Session[] people = [vtf.Manager, vtf.SecondManager, vtf.Auditor, vtf["F1"], vtf["F4"], root, nobody];

        var operations = new List<MutatedRequests>();
        foreach (var (_, service) in Checkout.Current.Services)
        {
            var document = (await nobody.GetAsync($"/api/{service}/openapi.json")).Ok;
            operations.AddRange(
                from path in document["paths"]!.AsObject()
                from method in path.Value!.AsObject()
                select new MutatedRequests(document, path.Key, method.Key));
        }

        // A run tries every second change in one of the shapes, a thorough one all in both.
        bool IsTried(int change) => RandomCases.IsTurnOf(change, bit: 1);

        await Parallel.ForEachAsync(operations, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (operation, _) =>
        {
            // What would disturb the operations beside it is tried elsewhere.
            var apart = operation.Path.EndsWith("/rulebook-versions", StringComparison.Ordinal)
                || operation.Path.EndsWith("/sessions/others", StringComparison.Ordinal)
                || operation.Path.EndsWith("/leads/assignments", StringComparison.Ordinal);
            await TryAsync(operation, apart ? [rules.Manager, rules.Auditor, nobody] : people, new ThingsToTry(apart ? rules : vtf), http, IsTried);
        });

        // Accepted orders can be used: cancelled, answered to the buyer, and split.
        await Parallel.ForEachAsync(_orders, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (order, _) =>
        {
            var reason = Encoding.UTF8.GetBytes("""{"reason":"Enough."}""");
            await SendAsync(http, HttpMethod.Post, order, new("what was taken", $"{order}/cancellation", reason), vtf.Manager);
            await SendAsync(http, HttpMethod.Get, order, new("what was taken", $"{order}/ubl-response"), vtf.Manager);
        });
        foreach (var consortium in (FurnitureConsortium[])[vtf, rules])
        {
            var order = await consortium.PlaceAsync(90);
            await consortium.ClearAsync(order);
            _ = (await Rules.SimulateAsync(consortium, order)).Ok;
        }

        var last = await vtf.PlaceAsync(90);
        await vtf.ClearAsync(last);
        await vtf.AcceptAsync(last);
        Assert.NotEmpty(await vtf.OffersAsync(last, 1));
        Assert.True(_sent > 5_000, $"Only {_sent} requests were sent.");
        Assert.True(_faults.IsEmpty, $"{_faults.Count} of {_sent} requests:\n{string.Join('\n', _faults.Order(StringComparer.Ordinal).Take(4000))}");
    }

    private async Task TryAsync(MutatedRequests operation, Session[] people, ThingsToTry things, HttpClient http, Func<int, bool> isTried)
    {
        var fill = await things.FillAsync(operation);
        var target = await things.TargetAsync(operation);
        var may = new List<Session>();
        foreach (var person in people)
        {
            var answers = new List<HttpStatusCode>();
            foreach (var shown in operation.AsShown(fill))
            {
                answers.Add(await SendAsync(http, operation.Method, operation.Path, shown, person, target));
            }

            // The tokens of examples are made up; links to unsubscribe are in messages only, and no mail server is set here.
            var isOpen = person.Token is null
                && (operation.Path.Contains("/tokens", StringComparison.Ordinal)
                    || (operation.Path.Contains("/unsubscriptions/", StringComparison.Ordinal)
                        && answers.TrueForAll(a => a == HttpStatusCode.NotFound)));
            if (isOpen || !answers.Exists(a => a is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound))
            {
                may.Add(person);
            }

            if (answers.Exists(a => (int)a < 300) && !operation.IsSafe)
            {
                target = await things.TargetAsync(operation);
            }
        }

        // What is public must be so also at the gateway.
        var isPublic = operation.Path.Contains("/public/", StringComparison.Ordinal);
        if (!may.Exists(person => person.Token is null || !isPublic))
        {
            _faults.Add($"{operation.Name}: nobody may do it; the test lacks something it needs.");
        }

        var changes = operation.All(fill).Where(request => !WithdrawsAllKeys(operation, request)).Index();
        foreach (var (i, request) in changes.Where(change => isTried(change.Index)))
        {
            // Only two of every 50 go to everybody: the same code checks what a second person sends.
            foreach (var person in i % 50 < 2 ? people : operation.Method == HttpMethod.Get ? may : may.Take(1))
            {
                var judged = may.Contains(person) ? request : request with { Field = null };
                var answer = await SendAsync(http, operation.Method, operation.Path, judged, person, target);
                if ((int)answer < 300 && !operation.IsSafe)
                {
                    target = await things.TargetAsync(operation);
                }
            }
        }
    }

    private async Task<HttpStatusCode> SendAsync(
        HttpClient http, HttpMethod method, string operation, MutatedRequest mutated, Session person,
        IReadOnlyDictionary<string, string>? target = null)
    {
        var path = mutated.Path;
        foreach (var (name, value) in target ?? new Dictionary<string, string>())
        {
            path = path.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        // Sent as it is: the client must not correct it.
        var asItStands = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var address = new Uri(http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, asItStands);
        using var request = new HttpRequestMessage(method, address);
        if (await person.FreshTokenAsync() is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (mutated.Body is { } body)
        {
            var unique = $"u{Interlocked.Increment(ref _unique)}";
            var text = Encoding.Latin1.GetString(body).Replace(ThingsToTry.Unique, unique, StringComparison.Ordinal);
            request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(text));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(mutated.Type);
        }

        if (target?.GetValueOrDefault("If-Match") is { } tag && mutated.Header?.Name != "If-Match")
        {
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        }

        if (mutated.Header is { } header)
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        Interlocked.Increment(ref _sent);
        using var answer = await http.SendAsync(request);
        var said = await answer.Content.ReadAsStringAsync();
        if (FaultOf(answer, said, mutated) is { } fault)
        {
            _faults.Add($"{method} {operation}: {mutated.What}: {(int)answer.StatusCode} {fault} {said[..Math.Min(said.Length, 200)]}");
        }

        if (answer.StatusCode == HttpStatusCode.Created && operation is "/api/allocation/orders" or "/api/allocation/orders/ubl")
        {
            _orders.Add(answer.Headers.Location!.ToString());
        }

        return answer.StatusCode;
    }

    private static string? FaultOf(HttpResponseMessage answer, string said, MutatedRequest request)
    {
        var status = (int)answer.StatusCode;
        if (status >= 500)
        {
            return "is a server error.";
        }

        if (status < 400)
        {
            return request.Field is not null ? $"was accepted, though {request.Field} is invalid." : null;
        }

        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json" || JsonNode.Parse(said)?["code"] is null)
        {
            return "has no code.";
        }

        return request.Field is { } field && (status != 400 || JsonNode.Parse(said)!["errors"]?[field] is null) ? $"doesn't name {field}." : null;
    }

    // It would invalidate everybody's tokens, also those of tests that run at the same time.
    private static bool WithdrawsAllKeys(MutatedRequests operation, MutatedRequest request) =>
        operation.Path.EndsWith("/signing-keys", StringComparison.Ordinal) && request.What == "leaked becomes true";

    // So that a firm is asked for a price.
    private static async Task TablesGoBySealedPricesAsync(FurnitureConsortium vtf)
    {
        var version = await Rules.ActivateAsync(vtf, new { productFamily = "tables", policy = "SealedPrice", concentrationCapPercent = 100 });
        await Rules.AreKnownAsync(vtf, await vtf.PlaceAsync(), version);
    }
}
