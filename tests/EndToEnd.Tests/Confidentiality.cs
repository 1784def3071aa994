using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>
/// A member firm asks for everything that isn't its own, on every route in the OpenAPI documents (F-C1, F-C6): new routes are covered
/// automatically.
/// </summary>
public sealed class Confidentiality(Deployments deployments)
{
    // Capacities that match no other number here.
    private static readonly Dictionary<string, long> Capacities = new() { ["F1"] = 45_137, ["F2"] = 31_271, ["F3"] = 20_353, ["F5"] = 15_679 };

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task A_member_finds_no_data_of_others_on_any_route(Shape shape)
    {
        Required.TurnOf((int)shape + 1);
        var deployment = await deployments.OfAsync(shape);
        using var own = await FurnitureConsortium.FoundAsync(deployment, Capacities);
        using var other = await FurnitureConsortium.FoundAsync(deployment, Capacities);
        var foreign = new HashSet<string> { other.Id.ToString() };
        var neutral = new HashSet<string>();
        foreach (var consortium in new[] { own, other })
        {
            var order = await consortium.PlaceAsync();
            await consortium.ClearAsync(order);
            await consortium.AcceptAsync(order);
            var offers = await consortium.OffersAsync(order, 1);
            _ = (await consortium.TakeAsync("F1", offers["F1"].Id)).Ok;
            var rating = (await consortium.Manager.PostAsync("/api/allocation/ratings", new
            {
                memberId = consortium.Firms["F1"], productFamily = "chairs", kind = "Quality", score = 60,
                evidence = "Firm F1 of the many scratches.",
            })).Ok;
            foreign.UnionWith(Ids(rating, "ratingId"));
            foreign.UnionWith([.. consortium.Firms.Values.Select(id => id.ToString()), .. offers.Values.Select(o => o.Id.ToString())]);
            var accounts = (await consortium.Manager.GetAsync("/api/membership/accounts")).Ok.AsArray();
            foreign.UnionWith(accounts.Select(a => a!["id"]!.GetValue<string>()));
            if (consortium == own)
            {
                // All members may see who activated a rulebook: a manager, who belongs to no firm.
                neutral.UnionWith(accounts.Where(a => a!["memberId"] is null).Select(a => a!["id"]!.GetValue<string>()));
            }

            foreign.UnionWith(Ids((await consortium.Manager.GetAsync("/api/membership/capacity-declarations")).Ok, "id"));
            foreign.UnionWith(Ids((await consortium.Manager.GetAsync($"/api/allocation/orders/{order}/allocation-runs")).Ok, "runId"));
            foreign.UnionWith(await MarketingSecrets.MakeAsync(consortium));
            foreign.UnionWith(await FairSecrets.MakeAsync(consortium));
            if (consortium == other)
            {
                foreign.Add(order.ToString());
            }
        }

        var me = own["F3"];
        var mine = await MineAsync(me);
        foreign.ExceptWith(mine);
        Assert.True(foreign.Count >= 60, $"only {foreign.Count} foreign ids were collected");
        string[] secrets =
        [
            .. foreign.Except(neutral),
            .. new[] { "F1", "F2", "F5", "F4" }.Select(f => $"Firm {f} of"),
            .. Capacities.Where(c => c.Key != "F3").Select(c => c.Value.ToString()),
            .. MarketingSecrets.Words,
            .. FairSecrets.Words,
            .. new[] { own, other }.SelectMany(c => new[] { "manager", "sales", "f1", "f2" }.Select(person => $"{person}@{c.Domain}")),
        ];
        // These are there to tell firms whom to call, and who invited them or anybody in the clean team.
        string[] managers = [$"manager@{own.Domain}", $"sales@{own.Domain}"];
        string[] ofPeople =
            ["/api/membership/consortium/managers", "/api/membership/accounts", "/api/membership/account", "/api/membership/invitations"];

        var (asked, found) = (0, new ConcurrentQueue<string>());
        foreach (var (_, service) in Checkout.Current.Services)
        {
            var document = (await me.GetAsync($"/api/{service}/openapi.json")).Ok;
            AssertSilent("the OpenAPI document", document.ToJsonString(), secrets);
            foreach (var (path, methods) in document["paths"]!.AsObject())
            {
                foreach (var (method, operation) in methods!.AsObject())
                {
                    if (!path.Contains('{'))
                    {
                        if (method == "get")
                        {
                            var answer = await me.GetAsync(path);
                            var headers = string.Join(' ', answer.Headers.Select(h => string.Join(' ', h.Value)));
                            AssertSilent(
                                $"GET {path}", answer.Text + headers,
                                ofPeople.Contains(path) ? [.. secrets.Except(managers)] : secrets);
                            asked++;
                        }

                        continue;
                    }

                    await Parallel.ForEachAsync(foreign, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (id, _) =>
                    {
                        var at = path.Replace("{lineId}", "1", StringComparison.Ordinal);
                        at = Regex.Replace(at, @"\{[^}]*\}", id);
                        var answer = await me.SendAsync(
                            new HttpMethod(method.ToUpperInvariant()), at, Body(operation!), ifMatch: method == "put" ? "\"1\"" : null);
                        if (answer.Status != HttpStatusCode.NotFound)
                        {
                            found.Enqueue($"{method} {path} of {id}: {(int)answer.Status} {answer.Text}");
                        }

                        AssertSilent($"{method} {at}", answer.Text.Replace(id, "", StringComparison.Ordinal), secrets);
                        Interlocked.Increment(ref asked);
                    });
                }
            }
        }

        Assert.True(found.IsEmpty, string.Join('\n', found));
        Assert.True(asked > 5_000, $"only {asked} questions were asked");
        TestContext.Current.SendDiagnosticMessage("{0} questions, {1} foreign ids, {2}", asked, foreign.Count, shape);
    }

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task A_member_that_names_another_firm_in_a_body_changes_nothing(Shape shape)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape));
        var before = (await vtf.Manager.GetAsync("/api/allocation/capacity")).Text;
        var answer = await vtf["F3"].PostAsync("/api/membership/capacity-declarations", new
        {
            memberId = vtf.Firms["F1"], productFamily = "chairs", from = "2027-01-01", to = "2027-02-01", quantity = 1,
        });
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(before, (await vtf.Manager.GetAsync("/api/allocation/capacity")).Text);
    }

    private static async Task<HashSet<string>> MineAsync(Session me)
    {
        var mine = new HashSet<string>();
        foreach (var path in new[] { "/api/membership/members", "/api/membership/capacity-declarations", "/api/membership/accounts" })
        {
            var answer = await me.GetAsync(path);
            if (answer.Status == HttpStatusCode.OK)
            {
                mine.UnionWith(Ids(answer.Ok, "id"));
                mine.UnionWith(Ids(answer.Ok, "memberId"));
            }
        }

        mine.UnionWith(Ids((await me.GetAsync("/api/allocation/offers")).Ok, "offerId"));
        return mine;
    }

    private static HashSet<string> Ids(JsonNode json, string name) => json switch
    {
        JsonArray array => [.. array.SelectMany(item => Ids(item!, name))],
        JsonObject o => [.. o.Where(p => p.Key == name && p.Value is not null).Select(p => p.Value!.GetValue<string>()),
            .. o.Where(p => p.Value is JsonObject or JsonArray).SelectMany(p => Ids(p.Value!, name))],
        _ => [],
    };

    private static HttpContent? Body(JsonNode operation)
    {
        if (operation["requestBody"]?["content"] is not JsonObject content)
        {
            return null;
        }

        var example = content.Select(c => c.Value).FirstOrDefault(c => c?["example"] is not null)?["example"];
        return example is null ? new StringContent("{}", null, content.First().Key) : JsonContent.Create(example);
    }

    // Whole words: a trace id can contain the digits of a capacity by chance.
    private static void AssertSilent(string where, string said, string[] secrets) =>
        Assert.All(secrets.Where(secret => said.Contains(secret, StringComparison.OrdinalIgnoreCase)), secret => Assert.False(
            Regex.IsMatch(said, $"(?<![0-9a-z]){Regex.Escape(secret)}(?![0-9a-z])", RegexOptions.IgnoreCase), $"{where} reveals '{secret}': {said}"));
}
