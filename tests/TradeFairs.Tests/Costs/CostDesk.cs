using System.Text.Json.Nodes;
using ExportConsortia.Contracts;

namespace ExportConsortia.TradeFairs.Tests.Costs;

/// <summary>A consortium whose firms share a stand, and what its people do about the costs.</summary>
public sealed class CostDesk
{
    private readonly RunningService _service;
    private readonly Office _office;

    private CostDesk(RunningService service, Office office) => (_service, _office) = (service, office);

    public Office Office => _office;

    public Person Manager => _office.Manager;

    public Person Auditor => field ??= new(Guid.CreateVersion7(), Role.Auditor, _office.Id);

    public Person this[string firm] => _office[firm];

    public static async Task<CostDesk> OpenAsync(RunningService service, int firms = 6) => new(service, await Office.OpenAsync(service, firms));

    public Guid Member(string firm) => this[firm].Member!.Value;

    /// <summary>An edition whose stand is divided among these firms: area, volume. The clock stands, and moves past the deadline.</summary>
    public async Task<Guid> Edition(DateOnly opensOn, params (string Firm, long AreaDm2, long VolumeLitres)[] firms)
    {
        var edition = await _office.Propose(opensInDays: DaysTo(opensOn));
        await _office.Call(edition, _service.Clock.Now().AddHours(1));
        foreach (var (firm, area, volume) in firms)
        {
            (await _office.Commit(firm, edition, area, volume)).Expect(HttpStatusCode.OK);
        }

        _service.Clock.MoveOn(TimeSpan.FromHours(1));
        (await _service.Post(Manager, $"editions/{edition}/allotment")).Expect(HttpStatusCode.OK);
        return edition;
    }

    /// <summary>A firm comes too late for the call: by an exception it waits for area.</summary>
    public async Task Wait(Guid edition, string firm, long areaDm2, long volumeLitres)
    {
        await Allow(edition, firm);
        Assert.Equal("Waiting", (await _office.Commit(firm, edition, areaDm2, volumeLitres)).Ok["state"]!.GetValue<string>());
    }

    /// <summary>The manager lets a firm change its commitment once.</summary>
    public async Task Allow(Guid edition, string firm)
    {
        var exception = (await _service.Post(this[firm], $"editions/{edition}/exceptions", new { reason = "Late." }))
            .Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        (await _service.Post(Manager, $"exceptions/{exception}/decision", new
        {
            approved = true, reason = "Welcome.", until = _service.Clock.Now().AddDays(1),
        })).Expect(HttpStatusCode.OK);
    }

    /// <summary>Gives free area to a firm that waits.</summary>
    public async Task GiveArea(Guid edition, string firm, long areaDm2) =>
        (await _service.Post(Manager, $"editions/{edition}/areas", new { memberId = Member(firm), areaDm2 })).Expect(HttpStatusCode.OK);

    public async Task Move(Guid edition, string state) =>
        (await _service.Post(Manager, $"editions/{edition}/state", new { state })).Expect(HttpStatusCode.OK);

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
        .ToDictionary(s => Name(s!["memberId"]!.GetValue<Guid>()), s => s![field]!.GetValue<long>());

    /// <summary>What these firms were asked for so far, in order.</summary>
    public IEnumerable<long> Asked(Guid edition, string kind, params string[] firms) => firms.Select(firm => _service
        .Published<ChargeRequested>(c => c.SubjectId == edition && c.MemberId == Member(firm) && c.Kind == kind).Sum(c => c.AmountMinor));

    /// <summary>The organiser moves the fair.</summary>
    public async Task MoveOpening(Guid edition, DateOnly opensOn) => (await _service.Put(
        Manager, $"editions/{edition}", _office.Plan(6000, 1200, DaysTo(opensOn)), (await _service.Get(Manager, $"editions/{edition}")).ETag))
        .Expect(HttpStatusCode.OK);

    private int DaysTo(DateOnly day) => day.DayNumber - DateOnly.FromDateTime(_service.Clock.Now()).DayNumber;

    private string Name(Guid member) => Enumerable.Range(1, _office.Firms.Count).Select(i => $"F{i}").Single(firm => Member(firm) == member);

    private IEnumerable<object> Parts((string Firm, long Value)[] parts) => parts.Select(p => new { memberId = Member(p.Firm), value = p.Value });
}
