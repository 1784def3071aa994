using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Sheets;
using ExportConsortia.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing.Tests.Catalogue;

/// <summary>A consortium of the test's own, with two firms, whose approved sheets the test writes.</summary>
internal sealed class Shop(RunningService service)
{
    private static int s_shops;

    public Guid Id { get; } = Guid.CreateVersion7();

    public string Code { get; } = $"CAT{Interlocked.Increment(ref s_shops)}";

    public Guid F1 { get; } = Guid.CreateVersion7();

    public Guid F2 { get; } = Guid.CreateVersion7();

    public Person Manager => new(Guid.CreateVersion7(), Role.ConsortiumManager, Id);

    public Person Member => new(Guid.CreateVersion7(), Role.MemberUser, Id, F1);

    public static async Task<Shop> Open(RunningService service)
    {
        var shop = new Shop(service);
        var now = service.Clock.Now();
        await service.Deliver(new ConsortiumFounded(shop.Id, shop.Code, $"Consortium {shop.Code}", "USD", "Asia/Vientiane", now));
        await shop.Stand(shop.F1, "Active", 1);
        await shop.Stand(shop.F2, "Active", 1);
        foreach (var (code, name, family) in new[] { ("TK-12", "Chair", "chairs"), ("TK-20", "Table", "tables"), ("RB-01", "Basket", "baskets") })
        {
            await service.Deliver(new ProductListed(shop.Id, code, name, family, "C62", [], false, 1, now));
        }

        return shop;
    }

    public Task Stand(Guid firm, string standing, long version) => service.Deliver(new MemberStandingChanged(
        Id, firm, firm == F1 ? "F1" : "F2", firm == F1 ? "Firm One" : "Firm Two", standing, version, service.Clock.Now()));

    /// <summary>Writes an approved sheet, as its firm and the manager would.</summary>
    public async Task<Guid> Approve(string product, Guid? firm, SheetContent content)
    {
        var sheet = new ProductSheet
        {
            Id = Guid.CreateVersion7(), ConsortiumId = Id, MemberId = firm ?? F1, ProductCode = product, State = SheetState.Approved, Draft = content,
            Approved = content, ApprovedVersion = 1, ChangedAt = service.Clock.Now(),
        };
        await Save(db => db.Add(sheet));
        return sheet.Id;
    }

    /// <summary>Writes a certificate, valid for thirty days unless the test says otherwise.</summary>
    public async Task<Guid> Certify(Guid? firm = null, DateOnly? until = null, bool confirmed = true)
    {
        var today = DateOnly.FromDateTime(service.Clock.Now());
        var certificate = new Certificate
        {
            Id = Guid.CreateVersion7(), ConsortiumId = Id, MemberId = firm ?? F1, Kind = "FSC", Number = "C-4711", Issuer = "SGS",
            ValidFrom = today.AddDays(-10), ValidUntil = until ?? today.AddDays(30), ConfirmedAt = confirmed ? service.Clock.Now() : null,
        };
        await Save(db => db.Add(certificate));
        return certificate.Id;
    }

    public Task Confirm(Guid certificate, bool confirmed) => Save(db =>
        db.Certificates.Single(c => c.Id == certificate).ConfirmedAt = confirmed ? service.Clock.Now() : null);

    public async Task<JsonNode> Publish() => (await service.Post(Manager, "editions", new { })).Expect(HttpStatusCode.Created);

    public Task<Answer> Visit(string path) => service.Get(null, $"public/{Code}{path}");

    /// <summary>Product codes that the public finds, in their order.</summary>
    public async Task<string[]> Find(string query = "") =>
        [.. (await Visit($"/items{query}")).Ok["items"]!.AsArray().Select(i => i!["productCode"]!.GetValue<string>())];

    /// <summary>Waits until the public finds this: what brings the catalogue up to date is a message.</summary>
    public Task UntilFound(params string[] codes) => Eventually.Holds($"the public finds {string.Join(", ", codes)}", async () =>
        (await Visit("/items")) is { Status: HttpStatusCode.OK } && codes.Order().SequenceEqual((await Find()).Order()));

    public async Task Save(Action<MarketingDb> change)
    {
        await using var scope = service.Scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
        change(db);
        await db.SaveChangesAsync();
    }

    public static SheetContent Content(params (string Language, string Name, string Text)[] texts) => new()
    {
        Texts = texts.ToDictionary(t => t.Language, t => new SheetText(t.Name, t.Text)),
    };
}
