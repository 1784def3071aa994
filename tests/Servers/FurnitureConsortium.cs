using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace ExportConsortia.Servers;

/// <summary>
/// The consortium of scenario A, a new one for each test: chairs TK-12 by F1 450, F2 300, F3 200, F5 150 and, on probation, F6 150;
/// tables by F4. What its people do are methods.
/// </summary>
public sealed class FurnitureConsortium : IDisposable
{
    /// <summary>The password of all its people.</summary>
    public const string Password = "Of-teak-and-rattan-7";

    private readonly Uri _address;
    private readonly string _domain;
    private readonly Dictionary<string, (Guid Id, Session Session)> _firms = [];

    private bool _opensAccounts;

    private FurnitureConsortium(Uri address, string domain) => (_address, _domain) = (address, domain);

    public static IReadOnlyDictionary<string, long> Chairs { get; } =
        new Dictionary<string, long> { ["F1"] = 450, ["F2"] = 300, ["F3"] = 200, ["F5"] = 150, ["F6"] = 150 };

    /// <summary>Its people's e-mail domain.</summary>
    public string Domain => _domain;

    /// <summary>Its code, which addresses of the public catalogue carry.</summary>
    public string Code => _domain.Split('.')[0].ToUpperInvariant();

    public Guid Id { get; private set; }

    /// <summary>The manager, who works in sales. The first operator invited the one who invited them; the second operator consented.</summary>
    public Session Manager { get; private set; } = null!;

    /// <summary>A second manager, not in sales: the second operator's, and so another person.</summary>
    public Session SecondManager { get; private set; } = null!;

    /// <summary>The auditor, also the second operator's.</summary>
    public Session Auditor { get; private set; } = null!;

    public IReadOnlyDictionary<string, Guid> Firms => _firms.ToDictionary(f => f.Key, f => f.Value.Id);

    public Session this[string firm] => _firms[firm].Session;

    public static async Task<FurnitureConsortium> FoundAsync(
        Deployment deployment, IReadOnlyDictionary<string, long>? chairs = null, long offerSeconds = 72 * 3600, long lotSize = 10, long minLot = 30)
    {
        var code = $"T{Guid.CreateVersion7().ToString("N")[^10..].ToUpperInvariant()}";
        var consortium = new FurnitureConsortium(deployment.Address, $"{code.ToLowerInvariant()}.example");
        using var root = await Session.SignInAsync(deployment.Address, Deployment.OperatorEmail, Deployment.OperatorPassword);
        var founding = await root.PostAsync("/api/membership/consortia", Founding(new { email = $"manager@{consortium._domain}" }));
        if (founding.Status == HttpStatusCode.BadRequest)
        {
            // A checkout from before people were invited, with which benchmarks compare this one: managers open accounts.
            consortium._opensAccounts = true;
            founding = await root.PostAsync(
                "/api/membership/consortia", Founding(new { email = $"manager@{consortium._domain}", password = Password, name = "Manager" }));
        }

        consortium.Id = founding.Ok["id"]!.GetValue<Guid>();
        if (!consortium._opensAccounts)
        {
            _ = await Invited.FollowAsync(consortium.AskAsNobodyAsync, founding.Ok["manager"]!, Password, "Manager");
        }

        using var first = await consortium.SignInAsync("manager");
        using var second = consortium._opensAccounts
            ? await consortium.SignInAsync("manager")
            : await Session.SignInAsync(deployment.Address, Deployment.SecondOperatorEmail, Deployment.OperatorPassword);
        consortium.Manager = await consortium.OpenAccountAsync(first, "sales", "ConsortiumManager", second, sales: true);
        consortium.SecondManager = await consortium.OpenAccountAsync(second, "compliance", "ConsortiumManager", first, ofConsortium: true);
        consortium.Auditor = await consortium.OpenAccountAsync(second, "auditor", "Auditor", null, ofConsortium: true);
        _ = (await consortium.Manager.PostAsync("/api/membership/rulebook-versions", new
        {
            allocation = new object[] { new { productFamily = "*" }, new { productFamily = "chairs", lotSize, minLot, offerSeconds } },
        })).Ok;
        await consortium.ListAsync("TK-12", "chairs");
        await consortium.ListAsync("TB-03", "tables");
        foreach (var (firm, quantity) in chairs ?? Chairs)
        {
            await consortium.AdmitAsync(firm, "chairs", "TK-12", quantity, probation: firm == "F6", second);
        }

        await consortium.AdmitAsync("F4", "tables", "TB-03", 80, probation: false, second);
        var declarations = consortium._firms.Count;
        await Eventually.Holds("Allocation knows every firm's capacity, the products and the rules", async () =>
            (await consortium.Manager.GetAsync("/api/allocation/capacity")).Ok.AsArray().Count == declarations
            && (await consortium.Manager.GetAsync("/api/allocation/products")).Ok.AsArray().Count == 2);
        return consortium;

        object Founding(object manager) => new { code, name = $"Furniture {code}", baseCurrency = "USD", timeZone = "Asia/Vientiane", manager };
    }

    /// <summary>A buyer orders chairs, as JSON.</summary>
    public async Task<Guid> PlaceAsync(long quantity = 1000, string? key = null, long unitPriceMinor = 4800) =>
        (await Manager.PostAsync("/api/allocation/orders", OrderOf([quantity], "TK-12", unitPriceMinor), key)).Ok["orderId"]!.GetValue<Guid>();

    /// <summary>A buyer orders chairs on many lines.</summary>
    public async Task<Guid> PlaceAsync(IReadOnlyList<long> quantities) =>
        (await Manager.PostAsync("/api/allocation/orders", OrderOf(quantities, "TK-12"))).Ok["orderId"]!.GetValue<Guid>();

    public static object OrderOf(long quantity, string product = "TK-12") => OrderOf([quantity], product);

    private static object OrderOf(IReadOnlyList<long> quantities, string product, long unitPriceMinor = 4800) => new
    {
        orderNumber = "NH-2041",
        currency = "EUR",
        buyer = new { name = "Nordhaus Möbel GmbH" },
        deliveryTerms = new { incoterm = "FOB", namedPlace = "Laem Chabang" },
        lines = quantities.Select((quantity, i) => new
        {
            lineId = $"{i + 1}", product, quantity, unit = "C62", price = new { minorUnits = unitPriceMinor, perQuantity = 1 },
            item = new { name = "Chair" },
        }),
    };

    /// <summary>A buyer's order of 1,000 chairs as a UBL file: that of the demonstration.</summary>
    public static async Task<string> OrderFileAsync()
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return (await File.ReadAllTextAsync(Path.Combine(Checkout.Current.Root, "deploy", "local", "Demo", "order.xml")))
            .Replace("{today}", today.ToString("O", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{end}", today.AddDays(60).ToString("O", CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <summary>Both managers clear the order.</summary>
    public async Task ClearAsync(Guid order)
    {
        foreach (var person in new[] { Manager, SecondManager })
        {
            _ = (await person.PostAsync($"/api/allocation/orders/{order}/screening-decisions", new { verdict = "Clear", reason = "No match." })).Ok;
        }
    }

    /// <summary>The manager accepts the order; the first run begins.</summary>
    public async Task AcceptAsync(Guid order, bool hold = false) =>
        _ = (await Manager.PostAsync($"/api/allocation/orders/{order}/acceptance", new { holdAllocation = hold })).Ok;

    public async Task<JsonNode> OrderAsync(Guid order) => (await Manager.GetAsync($"/api/allocation/orders/{order}")).Ok;

    public async Task<JsonNode> UntilAsync(Guid order, params string[] states)
    {
        JsonNode seen = null!;
        await Eventually.Holds($"the order is {string.Join(" or ", states)}", async () =>
        {
            seen = await OrderAsync(order);
            return Array.Exists(states, s => s == seen["state"]!.GetValue<string>())
                ? true
                : throw new InvalidOperationException(seen.ToJsonString());
        });
        return seen;
    }

    /// <summary>Waits until the round's offers are issued; returns what each firm was offered.</summary>
    public async Task<Dictionary<string, (Guid Id, long Quantity)>> OffersAsync(Guid order, int round)
    {
        JsonNode seen = null!;
        await Eventually.Holds($"round {round} is offered", async () =>
        {
            seen = await OrderAsync(order);
            return seen["round"]!.GetValue<int>() == round && !seen["runInProgress"]!.GetValue<bool>();
        });
        return seen["lines"]!.AsArray().SelectMany(l => l!["offers"]!.AsArray()).Where(o => o!["round"]!.GetValue<int>() == round)
            .ToDictionary(o => o!["memberCode"]!.GetValue<string>(), o => (o!["offerId"]!.GetValue<Guid>(), o!["quantity"]!.GetValue<long>()));
    }

    public Task<Answer> TakeAsync(string firm, Guid offer, long? quantity = null, string? key = null) =>
        this[firm].PostAsync($"/api/allocation/offers/{offer}/acceptance", quantity is null ? new { } : new { quantity }, key);

    public Task<Answer> LeaveAsync(string firm, Guid offer, string reason = "MachineBreakdown") =>
        this[firm].PostAsync($"/api/allocation/offers/{offer}/refusal", new { reason });

    /// <summary>The manager adds a product, counted in pieces, to the consortium's list.</summary>
    public async Task ListAsync(string product, string family)
    {
        var answer = await Manager.PostAsync("/api/membership/products", new { code = product, name = product, family, unit = "C62" });
        // A checkout from before there was a list, with which benchmarks compare this one, takes what firms say for it.
        _ = answer.Status == HttpStatusCode.NotFound ? null : answer.Ok;
    }

    /// <summary>The manager admits a firm and invites its first person; the second operator, another person, gives it the code.</summary>
    public async Task AdmitAsync(string firm, string family, string product, long quantity, bool probation, Session? second = null)
    {
        using var signedIn = second is null && !_opensAccounts
            ? await Session.SignInAsync(_address, Deployment.SecondOperatorEmail, Deployment.OperatorPassword)
            : null;
        var admission = new { code = firm, name = $"Firm {firm} of {_domain}", country = "LA", probation };
        var id = (await Manager.PostAsync("/api/membership/members", admission)).Ok["id"]!.GetValue<Guid>();
        var session = await OpenAccountAsync(Manager, firm.ToLowerInvariant(), "MemberUser", second ?? signedIn, id);
        _firms[firm] = (id, session);
        _ = (await session.PutAsync($"/api/membership/members/{id}/capabilities", new
        {
            capabilities = new[] { new { productCode = product, productName = product, productFamily = family } },
        }, "\"0\"")).Ok;
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var declaration = new { productFamily = family, from = today, to = today.AddDays(84), quantity };
        _ = (await session.PostAsync("/api/membership/capacity-declarations", declaration)).Ok;
    }

    public Task<Session> SignInAsync(string person) => Session.SignInAsync(_address, $"{person}@{_domain}", Password);

    public void Dispose()
    {
        foreach (var session in _firms.Values.Select(f => f.Session).Concat([Manager, SecondManager, Auditor]))
        {
            session?.Dispose();
        }
    }

    private async Task<Session> OpenAccountAsync(
        Session by, string person, string role, Session? consenting, Guid? memberId = null, bool sales = false, bool ofConsortium = false)
    {
        var email = $"{person}@{_domain}";
        if (_opensAccounts)
        {
            _ = (await by.PostAsync("/api/membership/accounts", new { email, password = Password, name = person, role, memberId, sales })).Ok;
        }
        else
        {
            var invitation = new { email, role, memberId, sales, consortiumId = ofConsortium ? Id : (Guid?)null };
            _ = await Invited.OpenAsync(
                AskAsNobodyAsync, by.AskMembershipAsync, invitation, Password, person,
                consenting is null ? null : new Invited.Ask(consenting.AskMembershipAsync), memberId);
        }

        return await SignInAsync(person);
    }

    private async Task<Answer> AskAsNobodyAsync(string path, object body)
    {
        using var nobody = new Session(_address);
        return await nobody.AskMembershipAsync(path, body);
    }
}
