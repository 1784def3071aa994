using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Buyers;

namespace ExportConsortia.Marketing.Tests.Quotations;

/// <summary>
/// A consortium of its own with a buyer in Germany, the product TK-12 and firms that make it; what its people do about a quotation.
/// </summary>
internal sealed class Sale
{
    private readonly RunningService _service;

    private Sale(RunningService service, string code) => (_service, Code) = (service, code);

    public string Code { get; }

    public Guid Consortium { get; } = Guid.CreateVersion7();

    public Guid Buyer { get; } = Guid.CreateVersion7();

    public Person Manager => field ??= new(Guid.CreateVersion7(), Role.ConsortiumManager, Consortium);

    public List<Person> Firms { get; } = [];

    public Guid Quotation { get; private set; }

    public static async Task<Sale> Of(RunningService service, int firms = 3, string country = "DE", string code = "VTF")
    {
        var sale = new Sale(service, code);
        var now = service.Clock.Now();
        await service.Deliver(new ConsortiumFounded(sale.Consortium, code, "Vientiane Teak Furniture", "USD", "Asia/Vientiane", now));
        await service.Deliver(new ProductListed(sale.Consortium, "TK-12", "Garden chair", "chairs", "C62", [], false, 1, now));
        for (var i = 1; i <= firms; i++)
        {
            var firm = Guid.CreateVersion7();
            await service.Deliver(new MemberStandingChanged(sale.Consortium, firm, $"F{i}", $"Firm {i}", "Active", 1, now));
            await service.Deliver(new MemberCapabilitiesChanged(sale.Consortium, firm, [new("TK-12", "Garden chair", "chairs")], 1, now));
            sale.Firms.Add(new(Guid.CreateVersion7(), Role.MemberUser, sale.Consortium, firm));
        }

        await using var db = service.Data.Open<MarketingDb>();
        db.Add(new Buyer
        {
            Id = sale.Buyer, ConsortiumId = sale.Consortium, Name = "Nordhaus Möbel GmbH", MatchName = "nordhaus mobel", Country = country,
            CreatedAt = now,
        });
        await db.SaveChangesAsync();
        (await service.Put(sale.Manager, "home-market", new { countries = new[] { "LA" } }, "\"0\"")).Expect(HttpStatusCode.OK);
        return sale;
    }

    public async Task<JsonNode> Open(long quantity = 1000, Guid? leadId = null, Guid? buyerId = null)
    {
        var opened = (await Request(quantity, leadId, buyerId)).Expect(HttpStatusCode.Created);
        Quotation = opened["quotationId"]!.GetValue<Guid>();
        return opened;
    }

    public Task<Answer> Request(long quantity, Guid? leadId = null, Guid? buyerId = null) => _service.Post(Manager, "quotations", new
    {
        buyerId = buyerId ?? Buyer, leadId, currency = "EUR",
        terms = new
        {
            lines = new[] { new { product = "TK-12", quantity } }, incoterm = "FOB", namedPlace = "Laem Chabang", deliverUntil = "2027-05-31",
        },
    });

    public Task<Answer> Ask(TimeSpan until, string? reason = null, params Person[] firms) => _service.Post(
        Manager, $"quotations/{Quotation}/price-rounds",
        new { closesAt = _service.Clock.Now() + until, reason, members = firms.Length == 0 ? null : firms.Select(firm => firm.Member) });

    /// <summary>Approves a round that was proposed, as it stands or as it stood.</summary>
    public async Task<Answer> Approve(Person by, string round, string? etag = null) => await _service.Send(
        by, HttpMethod.Post, $"{round}/approval", null, ("If-Match", etag ?? $"\"{(await Read())["version"]}\""));

    public async Task<JsonNode> PriceOf(Person firm) =>
        (await _service.Get(firm, "quotation-prices")).Ok["prices"]!.AsArray().First()!;

    public async Task<Answer> HandIn(Person firm, long minor, long per = 1) => await _service.Put(
        firm, $"quotation-prices/{(await PriceOf(firm))["priceId"]}/price", new { unitPriceMinor = minor, perQuantity = per });

    public async Task<JsonNode> Read() => (await _service.Get(Manager, $"quotations/{Quotation}")).Ok;

    public async Task<Answer> Issue(
        DateTime? validUntil = null, string rule = "AverageOfCheapest", int firms = 2, int marginBp = 500, int commissionBp = 400,
        string? terms = null)
    {
        var version = (await Read())["version"];
        var until = validUntil ?? _service.Clock.Now().AddDays(30);
        return await _service.Send(
            Manager, HttpMethod.Post, $"quotations/{Quotation}/versions", new { validUntil = until, rule, firms, marginBp, commissionBp, terms },
            ("If-Match", $"\"{version}\""));
    }

    public Task<Answer> Buyers(string token) => _service.Get(null, $"public/quotations/{token}");

    public Task<Answer> Accept(string token, string hash, string name = "Anna Nord") =>
        _service.Post(null, $"public/quotations/{token}/acceptance", new { contentHash = hash, name });
}
