using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.Platform;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.TradeFairs.Tests.Costs;

/// <summary>A consortium whose firms share a stand, and what its people do about the costs.</summary>
public sealed class CostDesk
{
    private readonly RunningService _service;
    private readonly Dictionary<string, Person> _firms = [];

    private CostDesk(RunningService service) => _service = service;

    public Guid Consortium { get; } = Guid.CreateVersion7();

    public Person Manager { get; private set; } = null!;

    public Person Auditor { get; private set; } = null!;

    public Person this[string firm] => _firms[firm];

    public Guid Member(string firm) => _firms[firm].Member!.Value;

    public static async Task<CostDesk> OpenAsync(RunningService service, params string[] firms)
    {
        var desk = new CostDesk(service);
        var now = service.Clock.Now();
        desk.Manager = new(Guid.CreateVersion7(), Role.ConsortiumManager, desk.Consortium);
        desk.Auditor = new(Guid.CreateVersion7(), Role.Auditor, desk.Consortium);
        await service.Deliver(new ConsortiumFounded(
            desk.Consortium, $"D{Guid.CreateVersion7().ToString("N")[^10..]}", "Furniture", "USD", "Asia/Vientiane", now));
        // Ids in the order of the names: an extra cent goes to the lower one.
        foreach (var (firm, id) in firms.Zip(firms.Select(_ => Guid.CreateVersion7()).OrderBy(id => id.ToString("N"), StringComparer.Ordinal)))
        {
            desk._firms[firm] = new(Guid.CreateVersion7(), Role.MemberUser, desk.Consortium, id);
            await service.Deliver(new MemberStandingChanged(desk.Consortium, id, firm, $"Firm {firm}", "Active", 1, now));
        }

        return desk;
    }

    /// <summary>An edition in Cologne whose stand is divided among these firms: area, volume; those without area wait for 500 dm².</summary>
    internal async Task<Guid> Edition(DateOnly opensOn, params (string Firm, long AreaDm2, long VolumeLitres)[] firms)
    {
        await using var scope = _service.Scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TradeFairsDb>();
        var now = _service.Clock.Now();
        var fair = db.Add(new TradeFair
        {
            Id = Guid.CreateVersion7(), ConsortiumId = Consortium, Name = "Furniture fair", Organiser = "Cologne fairs", Place = "Cologne",
            Country = "DE", TimeZone = "Europe/Berlin", CreatedAt = now, Version = 1,
        }).Entity;
        var edition = db.Add(new FairEdition
        {
            Id = Guid.CreateVersion7(), ConsortiumId = Consortium, FairId = fair.Id, Name = $"{opensOn.Year}", TimeZone = fair.TimeZone,
            OpensOn = opensOn, ClosesOn = opensOn.AddDays(4), Currency = "EUR", StandAreaDm2 = 6_000, CommonAreaDm2 = 1_200, CommitUntil = now,
            CreatedAt = now, Version = 1,
        }).Entity;
        edition.MoveTo(FairState.CallForInterest);
        edition.MoveTo(FairState.Committed);
        foreach (var (firm, area, volume) in firms)
        {
            db.Add(new FairCommitment
            {
                Id = Guid.CreateVersion7(), ConsortiumId = Consortium, EditionId = edition.Id, MemberId = Member(firm), CreatedAt = now,
                CommittedAt = now, State = area > 0 ? CommitmentState.Committed : CommitmentState.Waiting,
                RequestedAreaDm2 = area > 0 ? area : 500, AllottedAreaDm2 = area, VolumeLitres = volume, Version = 1,
            });
        }

        await db.SaveChangesAsync();
        return edition.Id;
    }

    /// <summary>Changes costs with the version that is there.</summary>
    public async Task<Answer> Change(Guid edition, HttpMethod method, string path, object? body = null) => await _service.Send(
        Manager, method, $"editions/{edition}/{path}", body, ("If-Match", (await _service.Get(Manager, $"editions/{edition}/costs")).ETag));

    public async Task<Guid> Plan(Guid edition, string name, string key, long planned, string? grant = null, params (string Firm, long Value)[] parts)
    {
        var view = (await Change(edition, HttpMethod.Post, "cost-items", new
        {
            name, key, plannedMinor = planned, grantId = grant, parts = parts.Length == 0 ? null : Parts(parts),
        })).Ok;
        return view["items"]!.AsArray().Single(i => i!["name"]!.GetValue<string>() == name)!["id"]!.GetValue<Guid>();
    }

    public async Task<JsonNode> Actual(Guid edition, Guid item, long amount, params (string Firm, long Value)[] parts) => (await Change(
        edition, HttpMethod.Put, $"cost-items/{item}/actual",
        new { actualMinor = amount, parts = parts.Length == 0 ? null : Parts(parts) })).Ok;

    public async Task<JsonNode> Costs(Guid edition) => (await _service.Get(Manager, $"editions/{edition}/costs")).Ok;

    public async Task<JsonNode> Own(Guid edition, string firm) => (await _service.Get(this[firm], $"editions/{edition}/own-share")).Ok;

    /// <summary>The firms' shares by name.</summary>
    public async Task<Dictionary<string, long>> Shares(Guid edition, string field) => (await Costs(edition))["shares"]!.AsArray()
        .ToDictionary(s => _firms.Single(f => f.Value.Member == s!["memberId"]!.GetValue<Guid>()).Key, s => s![field]!.GetValue<long>());

    /// <summary>What these firms were asked for so far, in order.</summary>
    public IEnumerable<long> Asked(Guid edition, string kind, params string[] firms) => firms.Select(firm => _service
        .Published<ChargeRequested>(c => c.SubjectId == edition && c.MemberId == Member(firm) && c.Kind == kind).Sum(c => c.AmountMinor));

    internal async Task Move(Guid edition, params FairState[] states)
    {
        await using var scope = _service.Scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TradeFairsDb>();
        var row = await db.Editions.FindAsync(edition);
        Assert.All(states, state => Assert.Null(row!.MoveTo(state)));
        await db.SaveChangesAsync();
    }

    /// <summary>Gives free area to a firm that waits.</summary>
    internal async Task GiveArea(Guid edition, string firm, long areaDm2)
    {
        await using var scope = _service.Scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TradeFairsDb>();
        var row = (await db.Editions.FindAsync(edition))!;
        var commitment = db.Commitments.Single(c => c.EditionId == edition && c.MemberId == Member(firm));
        (commitment.State, commitment.AllottedAreaDm2) = (CommitmentState.Committed, areaDm2);
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.SaveChangesAsync();
                await TradeFairs.Costs.PlannedShare.OfAllAsync(db, row, CancellationToken.None);
                await db.SaveChangesAsync();
                return true;
            },
            CancellationToken.None);
    }

    private IEnumerable<object> Parts((string Firm, long Value)[] parts) => parts.Select(p => new { memberId = Member(p.Firm), value = p.Value });
}
