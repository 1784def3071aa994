using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Sheets;
using ExportConsortia.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing.Tests;

/// <summary>A consortium at the desk for buyers: three firms that make chairs, one that makes tables, and what its people do.</summary>
public sealed class Desk
{
    private readonly RunningService _service;
    private readonly Dictionary<string, Person> _firms = [];

    private Desk(RunningService service) => _service = service;

    public Guid Id { get; } = Guid.CreateVersion7();

    public string Code { get; } = $"D{Guid.CreateVersion7().ToString("N")[^10..]}";

    public Person Manager { get; private set; } = null!;

    public Person this[string firm] => _firms[firm];

    public static async Task<Desk> OpenAsync(RunningService service, string timeZone = "Asia/Vientiane")
    {
        var desk = new Desk(service);
        var now = service.Clock.GetUtcNow().UtcDateTime;
        desk.Manager = new(Guid.CreateVersion7(), Role.ConsortiumManager, desk.Id);
        await service.Deliver(new ConsortiumFounded(desk.Id, desk.Code, "Furniture", "USD", timeZone, now));
        await service.Deliver(new ProductListed(desk.Id, "TK-12", "Teak chair", "chairs", "C62", [], false, 1, now));
        await service.Deliver(new ProductListed(desk.Id, "TB-03", "Table", "tables", "C62", [], false, 1, now));
        foreach (var (firm, made, family) in new[] { ("F1", "TK-12", "chairs"), ("F2", "TK-12", "chairs"), ("F3", "TK-12", "chairs"),
            ("F4", "TB-03", "tables") })
        {
            var member = Guid.CreateVersion7();
            desk._firms[firm] = new(Guid.CreateVersion7(), Role.MemberUser, desk.Id, member);
            await service.Deliver(new MemberStandingChanged(desk.Id, member, firm, $"Firm {firm}", "Active", 1, now));
            await service.Deliver(new MemberCapabilitiesChanged(desk.Id, member, [new(made, made, family)], 1, now));
        }

        return desk;
    }

    public async Task<Guid> Capture(string buyer, long valueMinor = 0, string product = "TK-12", string source = "Fair") =>
        (await _service.Post(Manager, "leads", new
        {
            buyerName = buyer, source, country = "DE", productCodes = new[] { product }, valueMinor,
            contact = new { name = "Anna Braun", email = $"anna@{Guid.CreateVersion7():N}.example",
                consent = new { purpose = "Inquiry", textVersion = "1" } },
        })).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();

    /// <summary>Publishes an edition in which F1 shows this product, and waits until the public sees it.</summary>
    public async Task Show(string product)
    {
        var content = new SheetContent { Texts = new Dictionary<string, SheetText> { ["en"] = new(product, "Made of teak.") } };
        await using (var scope = _service.Scopes.CreatePlatformScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
            db.Add(new ProductSheet
            {
                Id = Guid.CreateVersion7(), ConsortiumId = Id, MemberId = this["F1"].Member!.Value, ProductCode = product,
                State = SheetState.Approved, Draft = content, Approved = content, ApprovedVersion = 1, ChangedAt = _service.Clock.Now(),
            });
            await db.SaveChangesAsync();
        }

        (await _service.Post(Manager, "editions", new { })).Expect(HttpStatusCode.Created);
        await Eventually.Holds($"the public sees {product}", async () =>
            (await _service.Get(null, $"public/{Code}/items")).Text.Contains($"\"{product}\"", StringComparison.Ordinal));
    }

    public async Task<Guid> Assign(Guid lead) =>
        (await _service.Post(Manager, $"leads/{lead}/assignment", new { })).Expect(HttpStatusCode.OK)["memberId"]!.GetValue<Guid>();

    public Person FirmOf(Guid member) => _firms.Values.Single(firm => firm.Member == member);
}
