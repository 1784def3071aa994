using System.Text.Json.Nodes;
using ExportConsortia.Contracts;

namespace ExportConsortia.TradeFairs.Tests;

/// <summary>A consortium that goes to fairs: its manager, its firms F1, F2 …, and what they do.</summary>
public sealed class Office
{
    private readonly RunningService _service;
    private readonly Dictionary<string, Person> _firms = [];

    private Office(RunningService service) => _service = service;

    public Guid Id { get; } = Guid.CreateVersion7();

    public Person Manager { get; private set; } = null!;

    /// <summary>Of the editions that are proposed from now on.</summary>
    public string Currency { get; set; } = "EUR";

    public IReadOnlyCollection<Person> Firms => _firms.Values;

    public Person this[string firm] => _firms[firm];

    public static async Task<Office> OpenAsync(RunningService service, int firms = 5, string timeZone = "Asia/Vientiane")
    {
        var office = new Office(service);
        var now = service.Clock.Now();
        office.Manager = new(Guid.CreateVersion7(), Role.ConsortiumManager, office.Id);
        await service.Deliver(new ConsortiumFounded(office.Id, $"T{office.Id.ToString("N")[^10..]}", "Furniture", "USD", timeZone, now));
        // Ids ascend with the numbers: what goes to the lower id goes to F1.
        var ids = Enumerable.Range(0, firms).Select(_ => Guid.CreateVersion7()).OrderBy(id => id.ToString("N"), StringComparer.Ordinal).ToList();
        foreach (var (i, member) in ids.Index())
        {
            office._firms[$"F{i + 1}"] = new(Guid.CreateVersion7(), Role.MemberUser, office.Id, member);
        }

        await Task.WhenAll(office._firms.Select(firm => service.Deliver(
            new MemberStandingChanged(office.Id, firm.Value.Member!.Value, firm.Key, $"Firm {firm.Key}", "Active", 1, now))));
        return office;
    }

    /// <summary>An edition that opens in so many days; deadlines as the interface takes them.</summary>
    public async Task<Guid> Propose(long standAreaDm2 = 6000, long commonAreaDm2 = 1200, int opensInDays = 120, params object[] deadlines)
    {
        var fair = (await _service.Post(Manager, "fairs", new
        {
            name = "interzum", organiser = "Koelnmesse", place = "Cologne", country = "DE", timeZone = "Europe/Berlin",
        })).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        return (await _service.Post(Manager, $"fairs/{fair}/editions", Plan(standAreaDm2, commonAreaDm2, opensInDays, deadlines)))
            .Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
    }

    public object Plan(long standAreaDm2, long commonAreaDm2, int opensInDays, params object[] deadlines)
    {
        var opens = DateOnly.FromDateTime(_service.Clock.Now()).AddDays(opensInDays);
        return new { name = "2027", opensOn = opens, closesOn = opens.AddDays(4), currency = Currency, standAreaDm2, commonAreaDm2, deadlines };
    }

    public async Task Call(Guid edition, DateTime until) =>
        (await _service.Post(Manager, $"editions/{edition}/call", new { commitUntil = until })).Expect(HttpStatusCode.OK);

    public Task<Answer> Commit(string firm, Guid edition, long areaDm2 = 900, long volumeLitres = 1000, long exhibitCount = 3) =>
        _service.Put(this[firm], $"editions/{edition}/commitment", new { areaDm2, volumeLitres, exhibitCount });

    /// <summary>An edition with these firms at the stand; moves the clock past the deadline.</summary>
    public async Task<Guid> Stand(long standAreaDm2, long commonAreaDm2, (string Firm, long AreaDm2)[] firms, params object[] deadlines)
    {
        var edition = await Propose(standAreaDm2, commonAreaDm2, deadlines: deadlines);
        await Call(edition, _service.Clock.Now().AddDays(1));
        foreach (var (firm, area) in firms)
        {
            (await Commit(firm, edition, area)).Expect(HttpStatusCode.OK);
            _service.Clock.MoveOn(TimeSpan.FromSeconds(1));
        }

        _service.Clock.MoveOn(TimeSpan.FromDays(1));
        (await _service.Post(Manager, $"editions/{edition}/allotment")).Expect(HttpStatusCode.OK);
        return edition;
    }

    public async Task<JsonNode> Edition(Guid edition, Person? by = null) => (await _service.Get(by ?? Manager, $"editions/{edition}")).Ok;

    /// <summary>What a firm has, as the manager reads it.</summary>
    public async Task<(string State, long AreaDm2)> Area(string firm, Guid edition)
    {
        var own = (await Edition(edition))["commitments"]!.AsArray().Single(c => c!["memberId"]!.GetValue<Guid>() == this[firm].Member)!;
        return (own["state"]!.GetValue<string>(), own["allottedAreaDm2"]!.GetValue<long>());
    }
}
