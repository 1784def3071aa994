using System.Collections.Concurrent;
using System.Net.Http.Headers;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.SplitsByHand;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Running;

/// <summary>One consortium with its firms and people on a running allocation service: the steps of the stories.</summary>
public sealed class AllocationService
{
    private readonly RunningAllocation _host;
    private readonly Guid _id = Guid.CreateVersion7();
    private readonly Dictionary<string, long> _versions = [];
    private readonly ConcurrentDictionary<Guid, long> _acceptedSeen = [];
    private readonly List<string> _firms = [];
    private readonly Dictionary<string, string> _units = [];
    private int _rulebook;

    private AllocationService(RunningAllocation host)
    {
        _host = host;
        Manager1 = new(Guid.CreateVersion7(), Role.ConsortiumManager, _id);
        Manager2 = new(Guid.CreateVersion7(), Role.ConsortiumManager, _id);
        SalesManager = new(Guid.CreateVersion7(), Role.ConsortiumManager, _id, WorksInSales: true);
        OtherSalesManager = new(Guid.CreateVersion7(), Role.ConsortiumManager, _id, WorksInSales: true);
        Auditor = new(Guid.CreateVersion7(), Role.Auditor, _id);
    }

    public Person Manager1 { get; }

    public Person Manager2 { get; }

    public Person SalesManager { get; }

    public Person OtherSalesManager { get; }

    public Person Auditor { get; }

    public Person Operator { get; } = new(Guid.CreateVersion7(), Role.Operator);

    /// <summary>True if a story lowers a declaration below what is reserved: only then may F-Q4 be broken.</summary>
    public bool DeclarationsWereLowered { get; set; }

    /// <summary>Chairs go in lots of 10, at least 30 a member (scenario A).</summary>
    public static AllocationRule Chairs { get; } = new() { ProductFamily = "chairs", LotSize = 10, MinLot = 30 };

    /// <summary>A consortium of active firms able to make chairs.</summary>
    public static async Task<AllocationService> Found(RunningAllocation host, params string[] firms)
    {
        var service = new AllocationService(host);
        await host.Deliver(
            new ConsortiumFounded(service._id, "VTF", "Vientiane Teak Furniture Export Consortium", "USD", "Asia/Vientiane", host.Clock.Now()));
        await service.Rule(Chairs);
        foreach (var firm in firms)
        {
            await service.Join(firm, "chairs");
        }

        return service;
    }

    /// <summary>Ids of firms ascend with their codes: a tie goes to the lower code (R-607).</summary>
    public Guid Firm(string code)
    {
        if (!_firms.Contains(code))
        {
            _firms.Add(code);
        }

        var bytes = _id.ToByteArray();
        bytes[15] = byte.Parse(code.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        bytes[14] = 0xF0;
        return new Guid(bytes);
    }

    public Person Worker(string code) => new(Firm(code), Role.MemberUser, _id, Firm(code));

    public DateOnly Today => DateOnly.FromDateTime(_host.Clock.Now());

    // Events of Membership

    public Task Rule(params AllocationRule[] rules) => _host.Deliver(new RulebookVersionActivated(_id, ++_rulebook, rules, _host.Clock.Now()));

    /// <summary>Marketing says where a firm's brand licence stands.</summary>
    public Task Licence(string firm, string? product, string state, DateOnly? until = null) => _host.Deliver(new BrandLicenceChanged(
        _id, Firm(firm), Guid.CreateVersion7(), product, state, new(2020, 1, 1), until, 1, _host.Clock.Now()));

    public async Task Join(string firm, string family, string standing = "Active")
    {
        await Standing(firm, standing);
        await Capable(firm, family);
    }

    public Task Standing(string firm, string standing) => _host.Deliver(StandingNow(firm, standing));

    public MemberStandingChanged StandingNow(string firm, string standing) =>
        new(_id, Firm(firm), firm, $"Firm {firm}", standing, Next($"standing {firm}"), _host.Clock.Now());

    public async Task Capable(string firm, params string[] families)
    {
        foreach (var family in families.Where(f => !_versions.ContainsKey($"product {ProductOf(f)}")))
        {
            await List(ProductOf(family), family);
        }

        await Says(firm, [.. families.Select(f => new MemberCapability(ProductOf(f), $"Product of {f}", f))]);
    }

    /// <summary>A firm says what it can make, as it likes.</summary>
    public Task Says(string firm, params MemberCapability[] capabilities) =>
        _host.Deliver(new MemberCapabilitiesChanged(_id, Firm(firm), capabilities, Next($"capabilities {firm}"), _host.Clock.Now()));

    /// <summary>The manager lists a product, or changes it.</summary>
    public Task List(
        string product, string family, string unit = "C62", bool retired = false, params ProductUnitConversion[] conversions)
    {
        _units[family] = unit;
        return _host.Deliver(new ProductListed(
            _id, product, $"Product of {family}", family, unit, conversions, retired, Next($"product {product}"), _host.Clock.Now()));
    }

    /// <summary>A firm declares how much of a family it can make this year, in its unit; a second declaration replaces the first.</summary>
    public Task Declare(string firm, long quantity, string family = "chairs", DateTime? at = null) =>
        _host.Deliver(Declaration(firm, quantity, family, at: at));

    public CapacityDeclared Declaration(string firm, long quantity, string family = "chairs", long? version = null, DateTime? at = null)
    {
        var year = new DateOnly(_host.Clock.Now().AddHours(7).Year, 1, 1);   // at the seat: capacity counts from today on
        var id = Firm(firm).ToByteArray();
        (id[12], id[13]) = ((byte)year.Year, (byte)family[0]);
        return new CapacityDeclared(
            _id, Firm(firm), new Guid(id), family, year, year.AddYears(1), quantity,
            version ?? Next($"capacity {firm} {family} {year}"), at ?? _host.Clock.Now(), _units.GetValueOrDefault(family));
    }

    /// <summary>The consortium states the party that it trades as.</summary>
    public Task StateParty(ConsortiumParty party) =>
        _host.Deliver(new ConsortiumPartyChanged(_id, party, Next("party"), _host.Clock.Now()));

    // Managers

    public static string ProductOf(string family) => family switch { "chairs" => "TK-12", "tables" => "TB-03", _ => family };

    public object Document(params (string Item, long Quantity)[] lines) => new
    {
        orderNumber = "PO-2027-118",
        currency = "EUR",
        buyer = new { name = "Nordhaus Möbel GmbH" },
        delivery = new { requestedPeriod = new { startDate = Today, endDate = Today.AddDays(83) } },
        deliveryTerms = new { incoterm = "FOB", namedPlace = "Laem Chabang" },
        lines = lines.Select((line, i) => new
        {
            lineId = $"{i + 1}",
            product = line.Item,
            quantity = line.Quantity,
            unit = "C62",
            price = new { minorUnits = 4800 },
            item = new { name = $"Item {line.Item}" },
        }),
    };

    public Task<OrderView> Place(long chairs) => Place(("TK-12", chairs));

    public Task<OrderView> Place(params (string Item, long Quantity)[] lines) => Post(Manager1, "orders", Document(lines)).Gives<OrderView>();

    /// <summary>A manager imports a buyer's file.</summary>
    public Task<Answer> Import(string xml)
    {
        var content = new StringContent(xml);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/xml") { CharSet = "utf-8" };
        return Post(Manager1, "orders/ubl", content);
    }

    public Task<Answer> Decide(
        OrderView order, int question, QuestionVerdict verdict, string? reason = "The buyer's mail of today.", string? forFirms = null,
        Person? by = null, string? buyerText = null) =>
        Post(by ?? Manager1, $"orders/{order.OrderId}/questions/{question}/decision", new { verdict, reason, forFirms, buyerText });

    public Task<Answer> Screen(OrderView order, Person by, ScreeningVerdict verdict, string reason = "Compared with the lists of today.") =>
        Post(by, $"orders/{order.OrderId}/screening-decisions", new { verdict, reason });

    /// <summary>Two people clear the order.</summary>
    public async Task Clear(OrderView order)
    {
        await Screen(order, Manager1, ScreeningVerdict.Clear).Gives<OrderView>();
        await Screen(order, Manager2, ScreeningVerdict.Clear).Gives<OrderView>();
    }

    public Task<Answer> Accept(OrderView order, bool urgent = false, bool hold = false) =>
        Post(Manager1, $"orders/{order.OrderId}/acceptance", new { urgent, holdAllocation = hold });

    public Task<Answer> StartRun(OrderView order, Person? by = null) => Post(by ?? Manager1, $"orders/{order.OrderId}/allocation-runs");

    /// <summary>An order for chairs is placed, cleared and accepted, and its first run has ended.</summary>
    public Task<OrderView> Allocate(long chairs, bool urgent = false) => Allocate(urgent, ("TK-12", chairs));

    public async Task<OrderView> Allocate(bool urgent, params (string Item, long Quantity)[] lines)
    {
        var order = await Place(lines);
        await Clear(order);
        await Accept(order, urgent).Gives<OrderView>();
        return await RunEnded(order);
    }

    /// <summary>An order is placed, cleared and accepted, and firms are asked for sealed prices.</summary>
    public async Task<OrderView> Ask(params (string Item, long Quantity)[] lines)
    {
        var order = await Hold(lines);
        await StartRun(order).Gives<OrderView>();
        await Eventually($"prices are asked for order {order.OrderId}", async () => (await Read(order)).PriceRounds.Count == 1);
        return order;
    }

    /// <summary>An order for chairs is placed, cleared and accepted; nobody is asked yet.</summary>
    public async Task<OrderView> Hold(params (string Item, long Quantity)[] lines)
    {
        var order = await Place(lines);
        await Clear(order);
        return await Accept(order, hold: true).Gives<OrderView>();
    }

    /// <summary>A step of the shortage procedure; if it needs a second person, an auditor approves it.</summary>
    public async Task<Answer> Step(OrderView order, OfferKind kind, string? resolution = null, string? skipReason = null) => await Approved(
        order, await Post(Manager1, $"orders/{order.OrderId}/shortage-steps", new { kind, resolution, skipReason }));

    public Task<Answer> Subcontract(
        OrderView order, string firm, string subcontractor, long quantity, long unitPriceMinor, string? skipReason = null) =>
        Post(
            Manager1,
            $"orders/{order.OrderId}/lines/1/subcontracts",
            new { memberId = Firm(firm), subcontractor, quantity, unitPriceMinor, currency = "EUR", skipReason });

    public Task<Answer> CloseShort(
        OrderView order, string line, long quantity, string reason = "Buyer's mail of today.", string? buyerText = null) =>
        Post(Manager1, $"orders/{order.OrderId}/lines/{line}/short-closure", new { quantity, reason, buyerText });

    /// <summary>An open call above the cap; an auditor approves it.</summary>
    public async Task<Answer> Call(OrderView order, long quantity, params string[] firms) => await Approved(
        order,
        await Post(Manager1, $"orders/{order.OrderId}/lines/1/open-calls", new
        {
            quantity, members = firms.Select(Firm), aboveCap = true, reason = "The buyer wants the sample batch from these firms.",
        }));

    /// <summary>A second person approves what the manager has just proposed.</summary>
    public async Task<Answer> Approved(OrderView order, Answer proposed, Person? by = null)
    {
        if ((int)proposed.Status >= 300)
        {
            return proposed;
        }

        var now = proposed.Read<OrderView>();
        var waiting = now.Exceptions.Concat(now.Lines.SelectMany(line => line.SplitsByHand))
            .SingleOrDefault(exception => exception.State == SplitState.Proposed && exception.Kind != ExceptionKind.Split);
        if (waiting is null)
        {
            return proposed;
        }

        var answer = await Post(by ?? Auditor, $"orders/{order.OrderId}/exceptions/{waiting.SplitId}/approval");
        return (int)answer.Status >= 300 ? answer : await Get(Manager1, $"orders/{order.OrderId}");
    }

    public Task<Answer> Cancel(OrderView order, string reason = "The delivery window can't be met.", string? buyerText = null) =>
        Post(Manager1, $"orders/{order.OrderId}/cancellation", new { reason, buyerText });

    public Task<Answer> Match(OrderView order, string line, string product, string? ifMatch) =>
        _host.Put(Manager1, $"orders/{order.OrderId}/lines/{line}/product", new { product }, ifMatch);

    // Member firms

    public async Task<IReadOnlyList<OfferView>> Offers(string firm, OfferState? state = null) =>
        (await _host.Get(Worker(firm), $"offers?limit=200{(state is null ? "" : $"&state={state}")}").Gives<GetOffers.OfferPage>()).Offers;

    /// <summary>The firm's one open offer of an order.</summary>
    public async Task<OfferView> OfferTo(string firm, OrderView order) =>
        Assert.Single(await Offers(firm, OfferState.Proposed), o => o.OrderId == order.OrderId);

    public Task<Answer> Take(OfferView offer, long? quantity = null, string? idempotencyKey = null) =>
        Post(WorkerOf(offer), $"offers/{offer.OfferId}/acceptance", new { quantity }, idempotencyKey);

    /// <summary>The firm takes its open offer of an order, whole or in part.</summary>
    public async Task<OfferView> Take(string firm, OrderView order, long? quantity = null) =>
        await Take(await OfferTo(firm, order), quantity).Gives<OfferView>();

    public Task<Answer> Decline(OfferView offer, DeclineReason reason = DeclineReason.MachineBreakdown, string? note = null) =>
        Post(WorkerOf(offer), $"offers/{offer.OfferId}/refusal", new { reason, note });

    public async Task<OfferView> Decline(string firm, OrderView order) => await Decline(await OfferTo(firm, order)).Gives<OfferView>();

    public async Task<Answer> Claim(string firm, OrderView order, long? quantity = null) =>
        await Post(Worker(firm), $"open-calls/{Assert.Single((await Read(order)).Lines[0].OpenCalls).CallId}/claims", new { quantity });

    /// <summary>Waits until the price round of an order is open; returns each invited firm's invitation for a line.</summary>
    public async Task<IReadOnlyDictionary<string, PriceInvitationView>> Asked(OrderView order, string line = "1")
    {
        await Eventually(
            $"prices are asked for order {order.OrderId}",
            async () => (await Read(order)).PriceRounds is [.., { State: PriceRoundState.Open }]);
        return (await Invitations(Auditor, order)).Where(i => i.Round == PriceRoundState.Open && i.Terms.LineId == line)
            .ToDictionary(i => CodeOf(i.MemberId));
    }

    public async Task<IReadOnlyList<PriceInvitationView>> Invitations(Person by, OrderView order) =>
        (await Get(by, $"price-invitations?limit=200&orderId={order.OrderId}").Gives<HandInPrice.InvitationPage>()).Invitations;

    public Task<Answer> HandIn(PriceInvitationView invitation, object? unitPriceMinor, long? perQuantity = null) =>
        _host.Put(Worker(CodeOf(invitation.MemberId)), $"price-invitations/{invitation.InvitationId}/price",
            perQuantity is { } quantity ? new { unitPriceMinor, perQuantity = quantity } : new { unitPriceMinor });

    /// <summary>Each of these firms hands in its price or, if that is null, declines.</summary>
    public async Task HandIn(IReadOnlyDictionary<string, PriceInvitationView> asked, params (string Firm, long? Price)[] prices)
    {
        foreach (var (firm, price) in prices)
        {
            await (price is null ? HandInNone(asked[firm]) : HandIn(asked[firm], price)).Gives<PriceInvitationView>();
        }
    }

    public Task<Answer> HandInNone(PriceInvitationView invitation) =>
        Post(Worker(CodeOf(invitation.MemberId)), $"price-invitations/{invitation.InvitationId}/refusal");

    // Queries

    public Task<OrderView> Read(OrderView order) => Read(order.OrderId);

    private async Task<OrderView> Read(Guid order)
    {
        var now = await _host.Get(Auditor, $"orders/{order}").Gives<OrderView>();
        foreach (var offer in now.Lines.SelectMany(l => l.Offers))
        {
            // F-Q6: what a member has accepted is never reduced.
            Assert.True(
                offer.Accepted >= _acceptedSeen.GetValueOrDefault(offer.OfferId),
                $"Offer {offer.OfferId} had {_acceptedSeen.GetValueOrDefault(offer.OfferId)} accepted, now {offer.Accepted}.");
            _acceptedSeen[offer.OfferId] = offer.Accepted;
        }

        return now;
    }

    internal Task<IReadOnlyList<GetOrder.RunView>> Runs(OrderView order) =>
        _host.Get(Auditor, $"orders/{order.OrderId}/allocation-runs?replay=true").Gives<IReadOnlyList<GetOrder.RunView>>();

    internal Task<IReadOnlyList<GetCapacity.CapacityView>> Capacity() =>
        _host.Get(Auditor, "capacity").Gives<IReadOnlyList<GetCapacity.CapacityView>>();

    public async Task<long> Reserved(string firm, string family = "chairs") =>
        (await Capacity()).Where(c => c.MemberId == Firm(firm) && c.ProductFamily == family).Sum(c => c.Reserved);

    /// <summary>Open offers of an order as <c>F1 410, F2 270</c>.</summary>
    public async Task<string> Offered(OrderView order) =>
        Listed((await Read(order)).Lines.SelectMany(l => l.Offers).Where(o => o.State == OfferState.Proposed), o => o.Quantity);

    /// <summary>What members hold of an order as <c>F1 450, F2 300</c>.</summary>
    public async Task<string> Held(OrderView order) =>
        Listed((await Read(order)).Lines.SelectMany(l => l.Offers).Where(o => o.Accepted > 0), o => o.Accepted);

    /// <summary>What firms are owed of a family as <c>F1 -50, F2 100</c>, as the auditor sees it.</summary>
    public async Task<string> Owed(string family = "chairs", int? year = null) =>
        string.Join(
            ", ",
            (await Accounts(Auditor, year)).Where(a => a.ProductFamily == family).Select(a => $"{CodeOf(a.MemberId)} {a.Balance}")
                .Order(StringComparer.Ordinal));

    internal Task<IReadOnlyList<GetFairness.AccountView>> Accounts(Person by, int? year = null) =>
        Get(by, $"fairness-accounts{(year is null ? "" : $"?year={year}")}").Gives<IReadOnlyList<GetFairness.AccountView>>();

    internal async Task<IReadOnlyList<GetFairness.EntryView>> Entries(Person by)
    {
        var entries = new List<GetFairness.EntryView>();
        string? before = null;
        do
        {
            var page = await Get(by, $"fairness-accounts/entries?limit=40{before}").Gives<GetFairness.EntryPage>();
            entries.AddRange(page.Entries);
            before = page.Before is { } last ? $"&before={last}" : null;
        }
        while (before is not null);
        Assert.Equal(entries.Count, entries.DistinctBy(e => e.EntryId).Count());
        return entries;
    }

    public async Task<OrderView> RunEnded(OrderView order)
    {
        OrderView? now = null;
        await Eventually($"the run of order {order.OrderId} has ended", async () =>
            !(now = await Read(order)).RunInProgress && now.State is not OrderState.Accepted);
        return now!;
    }

    public static Task Eventually(string description, Func<Task<bool>> holds) => Servers.Eventually.Holds(description, holds);

    public async Task<OrderView> Becomes(OrderView order, OrderState state)
    {
        OrderView? now = null;
        await Eventually(
            $"order {order.OrderId} becomes {state}",
            async () => (now = await Read(order)) is { RunInProgress: false } && now.State == state);
        return now!;
    }

    public Task<Answer> Post(Person caller, string path, object? body = null, string? idempotencyKey = null) =>
        _host.Post(caller, path, body, idempotencyKey);

    public Task<Answer> Get(Person caller, string path) => _host.Get(caller, path);

    /// <summary>The invariants of every order and every firm of the consortium.</summary>
    public async Task InvariantsHold()
    {
        var orders = await AllOrders();
        var views = await AllOffers();
        foreach (var order in orders)
        {
            var runs = await Runs(order);   // once: each is calculated again
            foreach (var line in order.Lines)
            {
                QuantitiesAddUp(line);
                OneLiveOfferAMember(line);
                LotsAndCapsAreKept(line, views, CapOf(line, runs));
            }

            foreach (var run in runs)
            {
                Assert.True(run.ReplaysIdentically is true, $"F-Q8: run {run.RunId} of order {order.OrderId} replays differently.");
            }

            foreach (var offer in order.Lines.SelectMany(l => l.Offers))
            {
                var view = views[offer.OfferId];
                Assert.Equal(
                    (offer.State, offer.Accepted, offer.Quantity, offer.ExpiresAt),
                    (view.State, view.Accepted, view.Quantity, view.ExpiresAt));
            }
        }

        await ReservationsAreWhatIsHeld(orders);
        await AccountsFollow(orders);
    }

    // Every ordered piece is due to somebody, every accepted piece is received, and the running sums equal the entries.
    private async Task AccountsFollow(IReadOnlyList<OrderView> orders)
    {
        Assert.Empty((await Post(Manager1, "fairness-accounts/verifications", new { }).Gives<VerifyFairness.Response>()).Differences);
        var entries = (await Entries(Auditor)).ToLookup(e => (e.OrderId, e.LineId));
        foreach (var order in orders)
        {
            var ended = order.State is OrderState.Blocked or OrderState.Cancelled;
            foreach (var line in order.Lines)
            {
                var booked = entries[(order.OrderId, line.LineId)].ToList();
                Assert.Equal(
                    line.Offers.Where(o => !ended && o.Accepted > 0).GroupBy(o => o.MemberId).Select(g => (g.Key, g.Sum(o => o.Accepted))).Order(),
                    booked.GroupBy(e => e.MemberId).Select(g => (g.Key, Received: g.Sum(e => e.Received))).Where(g => g.Received != 0).Order());
                var takenOn = !ended && booked.Exists(e => e.Reason == FairnessReason.LineTakenOn);
                Assert.Equal(takenOn ? line.Ordered - line.ShortClosed : 0, booked.Sum(e => e.Entitled));
                Assert.True(takenOn || ended || line.Accepted == 0, $"Pieces of line {line.LineId} are accepted to which nobody was entitled.");
                Assert.True(booked.DistinctBy(e => e.Year).Count() <= 1, $"Line {line.LineId} counts for two years.");
            }
        }
    }

    private static void QuantitiesAddUp(OrderView.LineView line)
    {
        Assert.Equal(line.Ordered, line.Accepted + line.Offered + line.Unallocated + line.ShortClosed);   // F-Q1
        Assert.All([line.Accepted, line.Offered, line.Unallocated, line.ShortClosed], part => Assert.True(part >= 0, $"F-Q1: {part}"));
        Assert.Equal(line.Accepted, line.Offers.Sum(o => o.Accepted));
        Assert.Equal(
            line.Offered,
            line.Offers.Where(o => o.State == OfferState.Proposed).Sum(o => o.Quantity) + line.OpenCalls.Sum(c => c.Remaining));
        Assert.All(line.Offers, o => Assert.Equal(
            o.State switch { OfferState.Accepted => o.Quantity, OfferState.PartiallyAccepted => o.Accepted, _ => 0 }, o.Accepted));
    }

    private static void OneLiveOfferAMember(OrderView.LineView line) =>
        Assert.All(line.Offers.Where(o => o.State == OfferState.Proposed).GroupBy(o => o.MemberId), live => Assert.Single(live));   // F-Q3

    // F-Q5
    private static void LotsAndCapsAreKept(OrderView.LineView line, Dictionary<Guid, OfferView> views, long percent)
    {
        foreach (var run in line.Offers
            .Where(o => o.Kind is OfferKind.Normal or OfferKind.OverConcentration or OfferKind.Probation or OfferKind.ByHand).GroupBy(o => o.Round))
        {
            Assert.True(
                run.Count(o => o.Quantity % views[o.OfferId].Terms.LotSize != 0) <= 1,
                $"F-Q5: more than one odd remainder in round {run.Key}.");
            foreach (var offer in run)
            {
                var heldBefore = line.Offers.TakeWhile(o => o.OfferId != offer.OfferId).Where(o => o.MemberId == offer.MemberId).Sum(o => o.Accepted);
                var least = views[offer.OfferId].Terms.MinLot;
                Assert.True(offer.Quantity + heldBefore >= least, $"F-Q5: {offer.MemberCode} is offered {offer.Quantity}, below the minimum lot.");
                Assert.True(
                    offer.Accepted == offer.Quantity || offer.Accepted % views[offer.OfferId].Terms.LotSize == 0,
                    $"F-Q5: {offer.Accepted} accepted are not whole lots.");
            }
        }

        if (line.Offers.Select(o => o.MemberId).Distinct().Count() >= 3)
        {
            var within = line.Offers.Where(o => o.Kind is OfferKind.Normal or OfferKind.Probation or OfferKind.Subcontract or OfferKind.ByHand)
                .GroupBy(o => o.MemberId);
            Assert.All(within, m => Assert.True(
                m.Sum(o => o.State == OfferState.Proposed ? o.Quantity : o.Accepted) * 100 <= line.Ordered * percent,
                $"F-Q5: {m.First().MemberCode} is above the concentration cap."));
        }
    }

    // The highest concentration cap that any run used: a firm doesn't read it, it would tell the line's size.
    private static long CapOf(OrderView.LineView line, IReadOnlyList<GetOrder.RunView> runs) => runs
        .SelectMany(run => run.Plan.GetProperty("lines").EnumerateArray())
        .Where(planned => planned.GetProperty("lineId").GetString() == line.LineId)
        .SelectMany(planned => planned.GetProperty("parts").EnumerateArray())
        .SelectMany(part => part.GetProperty("memberSteps").EnumerateArray())
        .SelectMany(step => step.GetProperty("values").EnumerateArray())
        .Where(value => value.GetProperty("name").GetString() == "concentrationCapPercent")
        .Select(value => value.GetProperty("value").GetInt64()).DefaultIfEmpty(50).Max();

    // F-Q4: capacity is never overdrawn, and nothing stays reserved that nobody holds.
    private async Task ReservationsAreWhatIsHeld(IReadOnlyList<OrderView> orders)
    {
        var held = orders.Where(o => o.State is not (OrderState.Blocked or OrderState.Cancelled))
            .SelectMany(o => o.Lines.SelectMany(l => l.Offers.Where(x => x.Kind != OfferKind.Subcontract)
                .Select(x => (Key: (x.MemberId, l.ProductFamily!), Quantity: x.State == OfferState.Proposed ? x.Quantity : x.Accepted))))
            .Where(x => x.Quantity > 0)
            .GroupBy(x => x.Key).ToDictionary(g => g.Key, g => g.Sum(x => x.Quantity));
        var capacity = await Capacity();
        Assert.Equal(
            held.OrderBy(h => h.Key).Select(h => (h.Key, h.Value)),
            capacity.GroupBy(c => (c.MemberId, c.ProductFamily)).Select(g => (g.Key, Value: g.Sum(c => c.Reserved))).Where(g => g.Value != 0)
                .OrderBy(g => g.Key));
        Assert.All(capacity, c => Assert.True(c.Reserved >= 0 && (c.Reserved <= c.Declared || DeclarationsWereLowered), $"F-Q4: {c}"));
    }

    private async Task<IReadOnlyList<OrderView>> AllOrders()
    {
        var orders = new List<OrderView>();
        string? before = null;
        do
        {
            var page = await Get(Auditor, $"orders?limit=20{before}").Gives<GetOrder.OrderPage>();
            foreach (var summary in page.Orders)
            {
                OrderView? order = null;
                await Eventually($"no run of order {summary.OrderId} is under way", async () => !(order = await Read(summary.OrderId)).RunInProgress);
                orders.Add(order!);
            }

            before = page.Before is { } last ? $"&before={last}" : null;
        }
        while (before is not null);
        Assert.Equal(orders.Count, orders.DistinctBy(o => o.OrderId).Count());
        return orders;
    }

    private async Task<Dictionary<Guid, OfferView>> AllOffers()
    {
        var offers = new Dictionary<Guid, OfferView>();
        string? before = null;
        do
        {
            var page = await Get(Auditor, $"offers?limit=7{before}").Gives<GetOffers.OfferPage>();
            foreach (var offer in page.Offers)
            {
                offers.Add(offer.OfferId, offer);
            }

            before = page.Before is { } last ? $"&before={last}" : null;
        }
        while (before is not null);
        return offers;
    }

    private Person WorkerOf(OfferView offer) => Worker(CodeOf(offer.MemberId));

    public string CodeOf(Guid member) => _firms.Single(f => Firm(f) == member);

    private static string Listed(IEnumerable<OrderView.LineOffer> offers, Func<OrderView.LineOffer, long> quantity) =>
        string.Join(", ", offers.GroupBy(o => o.MemberCode).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Sum(quantity)}"));

    private long Next(string what) => _versions[what] = _versions.GetValueOrDefault(what) + 1;
}
