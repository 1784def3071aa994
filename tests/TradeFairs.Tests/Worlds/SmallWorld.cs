using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Tests.Checklist;
using ExportConsortia.TradeFairs.Tests.Costs;

namespace ExportConsortia.TradeFairs.Tests.Worlds;

/// <summary>
/// A consortium of two to four firms that goes to a fair, and one more firm: it stays at home where there is area enough; where firms ask for more
/// than there is, it comes late and waits, and gets area if of four firms the last withdraws.
/// </summary>
/// <param name="Service">The service.</param>
/// <param name="Desk">The consortium, and what its people do.</param>
/// <param name="Firms">How many answer the call.</param>
/// <param name="IsScarce">True: they ask for more area than there is.</param>
/// <param name="IsOther">
/// True: the numbers of F2, the rival, are others than in the first world. What it asks for, ships and shows, its turnover, the weight that was
/// agreed with it, its own fees, the aid that it took, how often it does something, and what comes of it.
/// </param>
internal sealed record SmallWorld(RunningService Service, CostDesk Desk, int Firms, bool IsScarce, bool IsOther)
{
    /// <summary>The items and their keys: one by each.</summary>
    public static readonly (string Name, string Key)[] Items =
    [
        ("Space", "ByArea"), ("Freight", "ByVolume"), ("Brand", "ByTurnover"), ("Media", "Equal"),
        ("Packing", "ByExhibitCount"), ("Hostess", "Custom"), ("Assembly", "ByVotes"), ("Fees", "Direct"),
    ];

    /// <summary>So many of them are planned before the call.</summary>
    public const int First = 4;

    private readonly Dictionary<string, Guid> _items = [];
    private readonly Dictionary<string, long> _amounts = [];
    private readonly List<string> _there = [];
    private readonly Dictionary<string, List<Guid>> _leads = [];
    private string? _grant;
    private Guid _exhibit;

    public Guid Edition { get; private set; }

    public DateOnly OpensOn { get; private set; }

    /// <summary>What is planned or known of all items but those that firms bear by themselves.</summary>
    public long SharedMinor => _amounts.Where(a => a.Key != "Fees").Sum(a => a.Value);

    /// <summary>The secret of the address of F1's calendar.</summary>
    public string CalendarToken { get; private set; } = "none";

    /// <summary>Who comes late or not at all.</summary>
    public string Last => $"F{Firms + 1}";

    /// <summary>Firms whose eyes the world is read with.</summary>
    public string[] Readers => HasChange ? ["F1", Last] : ["F1"];

    /// <summary>True: of this consortium one withdraws, and another comes. The one that withdraws is the same in all worlds.</summary>
    public bool HasChange => IsScarce && Firms == 4;

    public override string ToString() => $"{Firms} firms, {(IsScarce ? "scarce" : "enough")}";

    public static async Task<SmallWorld> FoundAsync(RunningService service, int firms, bool isScarce, bool isOther) =>
        new(service, await CostDesk.OpenAsync(service, firms + 1), firms, isScarce, isOther);

    public bool IsAtStand(string firm) => _there.Contains(firm);

    /// <summary>People and things that both worlds have, by the name that they have in both.</summary>
    public Dictionary<Guid, string> Names() => new(
        Enumerable.Range(1, Firms + 1).Select(i => $"F{i}").SelectMany(firm => (KeyValuePair<Guid, string>[])
        [
            new(Desk.Member(firm), firm), new(Desk[firm].Id, $"person of {firm}"),
        ]))
    {
        [Desk.Office.Id] = "consortium", [Desk.Manager.Id] = "manager", [Desk.Auditor.Id] = "auditor", [Edition] = "edition",
    };

    // The fair, and the firms' answers

    public async Task ProposeAsync()
    {
        OpensOn = DateOnly.FromDateTime(Service.Clock.Now()).AddDays(200);
        Edition = await Desk.Office.Propose(
            opensInDays: 200, deadlines:
            [
                new { number = 1, title = "Entry in the catalogue", dueOn = OpensOn.AddDays(-60), ofEachFirm = true },
                new { number = 2, title = "Electricity", dueOn = OpensOn.AddDays(-50), ofEachFirm = false },
            ]);
    }

    /// <summary>Before anybody has answered; so it is the same in all worlds.</summary>
    public async Task PlanFirstAsync(string item, string key) => _items[item] = await Desk.Plan(Edition, item, key, 300_000);

    public async Task StateWeightsAsync() => _ = (await Desk.Change(Edition, HttpMethod.Put, "cost-weights", new
    {
        weights = Answering.Select(firm => new { memberId = Desk.Member(firm), turnoverMinor = Turnover(firm), votes = 1 }),
    })).Ok;

    public async Task CallAsync()
    {
        await Desk.Office.Call(Edition, Service.Clock.Now().AddDays(10));
        CalendarToken = $"{(await Service.Post(Desk["F1"], "calendar-subscription")).Ok["path"]}".Split('/')[^1];
    }

    public async Task AnswerAsync(string firm)
    {
        if (!Answering.Contains(firm))
        {
            return;
        }

        for (var i = 1; i < Times(firm); i++)
        {
            (await Desk.Office.Commit(firm, Edition, 400 + i)).Expect(HttpStatusCode.OK);
        }

        (await Desk.Office.Commit(firm, Edition, Asked(firm), Litres(firm), Pieces(firm))).Expect(HttpStatusCode.OK);
    }

    public async Task DivideAsync()
    {
        (await Service.Post(Desk.Manager, $"editions/{Edition}/allotment")).Expect(HttpStatusCode.OK);
        _there.AddRange(Answering);
    }

    // The plan of the costs

    public async Task AidAsync()
    {
        if (IsOther)
        {
            _ = (await Service.Post(Desk.Manager, "de-minimis", new
            {
                memberId = Desk.Member("F2"), state = "LA", grantedOn = OpensOn.AddYears(-1), amountMinor = 299_500_00, currency = "EUR",
            })).Ok;
        }

        // What a firm may not take is lost: passed on, it would by the rule be seen in the others' grants.
        _grant = $"{(await Desk.Change(Edition, HttpMethod.Post, "grants", new
        {
            name = "Trade promotion", state = "LA", ratePercent = 50, capMinor = 1_000_000_00, grantedOn = OpensOn.AddMonths(-3),
            overflow = "Forfeit",
        })).Ok["grants"]![0]!["id"]}";
    }

    /// <summary>Now that the areas are known.</summary>
    public async Task PlanAsync(string item, string key)
    {
        _amounts[item] = await CostAsync(item);
        if (_items.TryGetValue(item, out var known))
        {
            _ = (await Desk.Change(Edition, HttpMethod.Put, $"cost-items/{known}", new
            {
                name = item, key, plannedMinor = _amounts[item], grantId = key is "ByArea" or "Equal" ? _grant : null,
            })).Ok;
            return;
        }

        _items[item] = await Desk.Plan(Edition, item, key, _amounts[item], null, key switch
        {
            "Direct" => [.. Answering.Select(firm => (firm, Fee(firm)))],
            "Custom" => [.. Answering.Select(firm => (firm, Agreed(firm)))],
            _ => [],
        });
    }

    public async Task ApprovePlanAsync() => await Desk.Second(Edition, (await Desk.Change(Edition, HttpMethod.Post, "cost-plan", new
    {
        vote = new { body = "Board", reference = "Board, item 4", heldOn = Today() }, reason = "As the board decided.",
    })).Ok);

    public async Task SimulateAsync() => _ = (await Service.Post(Desk.Manager, $"editions/{Edition}/cost-simulations", new
    {
        withdraw = new[] { Desk.Member("F2") },
    })).Ok;

    // Before the fair

    public async Task DrawAsync()
    {
        (await Service.Post(Desk.Manager, $"editions/{Edition}/plans", new
        {
            replaces = 0, widthCm = 1000, depthCm = 600, booths = new[]
            {
                Booth("Firm F1", "F1", 0, 0, 300, 300), Booth("Firm F2", "F2", 300, 0, 500, IsOther ? 340 : 200),
                Booth("Meeting area", null, 0, 400, 1000, 120),
            },
        })).Expect(HttpStatusCode.Created);
        using var picture = new ByteArrayContent(ChecklistTests.Png);
        _ = (await Service.Send(Desk.Manager, HttpMethod.Post, $"editions/{Edition}/plan-picture", picture)).Ok;
    }

    /// <summary>What a firm declares and notes for the organiser.</summary>
    public async Task PrepareAsync(string firm)
    {
        for (var i = 0; i < Times(firm); i++)
        {
            _ = (await Service.Put(Desk[firm], $"editions/{Edition}/declaration", new
            {
                legalName = $"Firm {firm}", address = $"{i} Lane Xang", country = "LA", contactName = "Noy", contactEmail = "noy@sombath.example",
                products = "Chairs",
            }, $"\"{i}\"")).Ok;
            _ = (await Service.Put(Desk[firm], $"editions/{Edition}/checklist/{Desk.Member(firm)}/1", new
            {
                state = i == 2 ? "Done" : "Open", owner = "Noy", note = $"Draft {i}",
            }, $"\"{i}\"")).Ok;
        }
    }

    /// <summary>The rival asks in vain for more, as often as it does.</summary>
    public async Task AskInVainAsync()
    {
        for (var i = 1; i < Times("F2"); i++)
        {
            var asked = (await Service.Post(Desk["F2"], $"editions/{Edition}/exceptions", new { reason = $"More freight, {i}." }))
                .Expect(HttpStatusCode.Created)["id"];
            _ = (await Service.Post(Desk.Manager, $"exceptions/{asked}/decision", new { approved = false, reason = "Too late." })).Ok;
        }
    }

    public Task WaitAsync() => Desk.Wait(Edition, Last, 480, Litres(Last));

    /// <summary>The last that answered withdraws.</summary>
    public async Task WithdrawAsync()
    {
        var firm = Answering[^1];
        var penalty = (await Desk.Own(Edition, firm))["penalty"]!["amountMinor"]!.GetValue<long>();
        (await Service.Post(Desk[firm], $"editions/{Edition}/withdrawals", new { expectedPenaltyMinor = penalty })).Expect(HttpStatusCode.OK);
        _there.Remove(firm);
    }

    public async Task ComeAsync()
    {
        _ = (await Desk.Change(Edition, HttpMethod.Put, "cost-weights", new
        {
            weights = new[] { new { memberId = Desk.Member(Last), turnoverMinor = Turnover(Last), votes = 1 } },
        })).Ok;
        await Desk.Actual(Edition, _items["Hostess"], _amounts["Hostess"], (Last, Agreed(Last)));
        await FeesAsync(Last);
        await Desk.GiveArea(Edition, Last, 480);
        _there.Add(Last);
    }

    /// <summary>The invoices of what each firm has of its own; those of the rival are beyond the plan.</summary>
    public async Task FeesAsync(string? coming = null)
    {
        (string Firm, long Value)[] parts =
            [.. Answering.Select(firm => (firm, firm == "F2" ? 3 * Fee(firm) : Fee(firm))), .. coming is null ? [] : new[] { (coming, 498_00L) }];
        await Desk.Actual(Edition, _items["Fees"], parts.Sum(p => p.Value), parts);
    }

    public async Task MeasureAsync(string firm)
    {
        if (IsAtStand(firm))
        {
            var version = (await CommitmentsAsync())[firm]["version"];
            _ = (await Service.Put(Desk.Manager, $"editions/{Edition}/commitments/{Desk.Member(firm)}/measured", new
            {
                volumeLitres = Litres(firm) + 500, exhibitCount = Pieces(firm) + 1, source = "Waybill",
            }, $"\"{version}\"")).Ok;
        }
    }

    public async Task InvoiceAsync(string item)
    {
        _amounts[item] = await CostAsync(item) * (item == "Media" ? 13 : 10) / 10;   // one is beyond the plan
        await Desk.Actual(Edition, _items[item], _amounts[item], item == "Hostess" && IsAtStand(Last) ? [(Last, Agreed(Last))] : []);
    }

    public bool HasBalance() => Desk.Asked(Edition, "FairBalance", "F1").Single() > 0;

    // At the fair

    public async Task ScheduleAsync() => _ = (await Service.Put(Desk.Manager, $"editions/{Edition}/meeting-schedule", new
    {
        slots = Enumerable.Range(1, 4).Select(i => new { number = i, day = OpensOn, from = $"{8 + i:00}:00:00", until = $"{8 + i:00}:20:00" }),
        buyers = new object[]
        {
            new { number = 1, name = "Nordhaus", country = "DE" }, new { number = 2, name = "Sundby" },
            new { number = 3, name = "Dupré", away = new[] { 1, 2, 3, 4 } }, new { number = 4, name = "Ferrari" },
        },
    }, "\"0\"")).Ok;

    /// <summary>F1's wishes are met or not whatever the rival wishes; so it gets the same.</summary>
    public async Task WishAsync(string firm)
    {
        if (IsAtStand(firm))
        {
            int[] buyers = firm == "F1" ? [1, 3] : Times(firm) == 1 ? [2] : [4, 2];
            _ = (await Service.Put(Desk[firm], $"editions/{Edition}/meeting-wishes", new { buyers, away = Times(firm) == 1 ? [] : new[] { 4 } })).Ok;
        }
    }

    public async Task PlanMeetingsAsync() => _ = (await Service.Post(Desk.Manager, $"editions/{Edition}/meeting-plan", new { })).Ok;

    /// <summary>A firm captures a lead, lists goods, and sends people; the rival as often as it does.</summary>
    public async Task TakePartAsync(string firm)
    {
        _leads[firm] = [];
        for (var i = 0; IsAtStand(firm) && i < Times(firm); i++)
        {
            var card = AtTheFair.Stand.Card($"Buyer {i} of {firm}", Guid.CreateVersion7());
            card["capturedAt"] = Service.Clock.Now();
            (await Service.Post(Desk[firm], $"editions/{Edition}/leads", new { leads = new[] { card } })).Expect(HttpStatusCode.OK);
            _leads[firm].Add((Guid)card["id"]!);
            var exhibit = (await Service.Post(Desk[firm], $"editions/{Edition}/exhibits", new
            {
                description = "Chair", pieces = 4 + i, onCarnet = true, weightGrams = 38_000, valueMinor = 19_200, origin = "LA",
            })).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
            _exhibit = firm == "F2" ? exhibit : _exhibit;
            (await Service.Post(Desk[firm], $"editions/{Edition}/staff", new { name = $"Person {i} of {firm}" })).Expect(HttpStatusCode.Created);
        }
    }

    /// <summary>Marketing says what became of the leads; one that F1 captured is the rival's.</summary>
    public async Task ResultsAsync()
    {
        foreach (var (firm, leads) in _leads)
        {
            foreach (var (i, captured) in leads.Index())
            {
                var (lead, now) = (Guid.CreateVersion7(), Service.Clock.Now());
                var owner = Desk.Member(firm == "F1" && i == 1 ? "F2" : firm);
                await Service.Deliver(new FairLeadKept(Desk.Office.Id, Edition, captured, lead, true, now));
                await Service.Deliver(new LeadAssigned(Desk.Office.Id, lead, owner, now));
                var value = owner == Desk.Member("F1") ? 5_000_00 : 1_000_00 * Times("F2");
                await Service.Deliver(new LeadWon(Desk.Office.Id, lead, owner, value, null, now));
            }
        }

        if (_exhibit != Guid.Empty)
        {
            _ = (await Service.Put(Desk["F2"], $"exhibits/{_exhibit}/return", new { returned = 1, lost = Times("F2") }, "\"1\"")).Ok;
        }
    }

    // After it

    public async Task PrepareMotionAsync() => _ = (await Service.Put(
        Desk.Manager, $"editions/{Edition}/motion", new { title = "Again", text = "60 m² as this year." }, "\"0\"")).Ok;

    /// <summary>
    /// By a vote in every world, as the plan: that one is needed tells that all, or one firm, bear so much ("Remains" in the table, decisions).
    /// </summary>
    public async Task SettleAsync() =>
        await Desk.Settle(Edition, new { body = "Assembly", reference = "Assembly, item 2", heldOn = Today() });

    private string[] Answering => [.. Enumerable.Range(1, Firms).Select(i => $"F{i}")];

    // How often a firm does what it does.
    private int Times(string firm) => firm == "F1" ? 2 : firm == "F2" && IsOther ? 3 : 1;

    // These numbers divide without a rest, whoever is there: who has the last cent would tell what the others' fractions are.
    private long Asked(string firm) => (IsScarce, Firms) switch
    {
        (false, _) => Weight(firm, 900, 1_000, 700),
        (_, 2) => Weight(firm, 400, 5_000, 4_000),
        _ => firm == "F4" ? 600 : Weight(firm, 600, 2_400, 400),
    };

    private long Litres(string firm) => Weight(firm, 1_000, 2_000, 1_500);

    private long Pieces(string firm) => Weight(firm, 5, 10, 5);

    private long Turnover(string firm) => Weight(firm, 5_000_00, 10_000_00, 5_000_00);

    private long Agreed(string firm) => Weight(firm, 1, 2, 1);

    private long Fee(string firm) => firm == "F2" && IsOther ? 900_00 : 498_00;

    // The rival's other number never changes what F1 bears: with area enough the stand costs so much more, as an organiser bills by the square metre;
    // with too little F3, if it is there, has so much less.
    private long Weight(string firm, long own, long others, long more) => firm switch
    {
        "F1" => own,
        "F2" when IsOther => others + more,
        "F3" when IsOther && IsScarce && Firms > 2 => others - more,
        _ => others,   // also of the one that comes late
    };

    // So much for each unit of the key of those at the stand.
    private async Task<long> CostAsync(string item)
    {
        var there = await CommitmentsAsync();
        return item switch
        {
            "Space" => 135 * _there.Sum(f => there[f]["allottedAreaDm2"]!.GetValue<long>()),
            "Freight" => 20 * _there.Sum(f => (there[f]["measuredLitres"] ?? there[f]["volumeLitres"])!.GetValue<long>()),
            "Packing" => 500 * _there.Sum(f => (there[f]["measuredExhibits"] ?? there[f]["exhibitCount"])!.GetValue<long>()),
            "Brand" => _there.Sum(Turnover) / 100,
            "Hostess" => 10_000 * _there.Sum(Agreed),
            "Fees" => Answering.Sum(Fee),
            _ => 3_600_00,
        };
    }

    private async Task<Dictionary<string, JsonNode>> CommitmentsAsync()
    {
        var names = Names();
        return (await Desk.Office.Edition(Edition))["commitments"]!.AsArray().ToDictionary(c => names[c!["memberId"]!.GetValue<Guid>()], c => c!);
    }

    private object Booth(string label, string? firm, int xCm, int yCm, int widthCm, int depthCm) =>
        new { label, xCm, yCm, widthCm, depthCm, memberId = firm is null ? (Guid?)null : Desk.Member(firm) };

    private DateOnly Today() => DateOnly.FromDateTime(Service.Clock.Now());
}
