using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Tests.AtTheFair;

/// <summary>A consortium at a fair that is on: F1, F2 and F3 take part, F4 stays at home.</summary>
public sealed class Stand
{
    private readonly RunningService _service;
    private readonly Dictionary<string, Person> _firms = [];

    private Stand(RunningService service) => _service = service;

    public Guid Id { get; } = Guid.CreateVersion7();

    public Guid Edition { get; } = Guid.CreateVersion7();

    public Person Manager { get; private set; } = null!;

    public Person this[string firm] => _firms[firm];

    public static async Task<Stand> OpenAsync(RunningService service, FairState state = FairState.Running)
    {
        var stand = new Stand(service);
        var now = service.Clock.GetUtcNow().UtcDateTime;
        stand.Manager = new(Guid.CreateVersion7(), Role.ConsortiumManager, stand.Id);
        await service.Deliver(new ConsortiumFounded(stand.Id, $"S{stand.Id.ToString("N")[^10..]}", "Furniture", "EUR", "Asia/Vientiane", now));
        foreach (var firm in (string[])["F1", "F2", "F3", "F4"])
        {
            var member = Guid.CreateVersion7();
            stand._firms[firm] = new(Guid.CreateVersion7(), Role.MemberUser, stand.Id, member);
            await service.Deliver(new MemberStandingChanged(stand.Id, member, firm, $"Firm {firm}", "Active", 1, now));
        }

        await using var db = service.Data.Open<TradeFairsDb>();
        var edition = new FairEdition
        {
            Id = stand.Edition, ConsortiumId = stand.Id, FairId = Guid.CreateVersion7(), Name = "2027", TimeZone = "Europe/Berlin", Currency = "EUR",
            OpensOn = new(2027, 1, 18), ClosesOn = new(2027, 1, 21), CreatedAt = now,
        };
        for (var next = FairState.CallForInterest; next <= state; next++)
        {
            Assert.Null(edition.MoveTo(next));
        }

        db.Add(edition);
        db.Add(new TradeFair
        {
            Id = edition.FairId, ConsortiumId = stand.Id, Name = "interzum", Organiser = "Koelnmesse", Place = "Cologne", Country = "DE",
            TimeZone = edition.TimeZone, CreatedAt = now, Version = 1,
        });
        db.AddRange(((string[])["F1", "F2", "F3"]).Select(firm => new FairCommitment
        {
            Id = Guid.CreateVersion7(), ConsortiumId = stand.Id, EditionId = stand.Edition, MemberId = stand[firm].Member!.Value,
            State = CommitmentState.Committed, CreatedAt = now,
        }));
        await db.SaveChangesAsync();
        return stand;
    }

    public string Path(string part) => $"editions/{Edition}/{part}";

    /// <summary>A card with a person who agreed.</summary>
    public static Dictionary<string, object?> Card(string company, Guid? id = null) => new()
    {
        ["id"] = id ?? Guid.CreateVersion7(), ["company"] = company, ["country"] = "DE", ["name"] = "Anna Braun", ["email"] = "anna@nordhaus.example",
        ["productCodes"] = new[] { "TK-12" }, ["note"] = "Wants chairs", ["consentTextVersion"] = "2027-01", ["capturedAt"] = "2027-01-18T10:30:00Z",
    };

    public async Task<List<string>> Send(Person by, params IEnumerable<object> cards) =>
        [.. (await _service.Post(by, Path("leads"), new { leads = cards })).Expect(HttpStatusCode.OK)["results"]!.AsArray()
            .Select(result => $"{result!["outcome"]} {result["code"]}".Trim())];

    /// <summary>What Marketing does with a captured lead.</summary>
    public Task Keep(Guid fairLead, Guid lead, bool personKept = true) =>
        _service.Deliver(new FairLeadKept(Id, Edition, fairLead, lead, personKept, _service.Clock.GetUtcNow().UtcDateTime));

    public async Task Charge(string firm, long amountMinor)
    {
        await using var db = _service.Data.Open<TradeFairsDb>();
        db.Add(new FairCharge
        {
            Id = Guid.CreateVersion7(), ConsortiumId = Id, EditionId = Edition, MemberId = this[firm].Member!.Value, Kind = FairChargeKind.Settlement,
            AmountMinor = amountMinor, Currency = "EUR", DueOn = new(2027, 3, 1), AskedAt = _service.Clock.GetUtcNow().UtcDateTime,
        });
        await db.SaveChangesAsync();
    }
}
