using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// The manager assigns leads of the pool: to the firm whose customer the buyer is, else among the firms that can make all that was asked for,
/// to the one whose leads of this year are worth least. Each has its own decision with the reasons.
/// </summary>
internal static class AssignLeads
{
    private const int MostAtOnce = 200;
    private const string ClaimOpen = "CLAIM_OPEN";
    private const string NoCapableFirm = "NO_CAPABLE_FIRM";
    private const int ContactWithin = 5;
    private const int ReturnAfter = 10;

    /// <summary>Whom to assign it to; nobody named: by the rules.</summary>
    /// <param name="MemberId">The firm, if you decide by hand.</param>
    /// <param name="Reason">Why, 1 to 1,000 characters; needed by hand, and the firm reads it: don't name others.</param>
    public sealed record Request(Guid? MemberId = null, string? Reason = null);

    /// <summary>Which leads to assign.</summary>
    /// <param name="LeadIds">Leads of the pool, at most 200; absent: those of the pool that arrived first and can be assigned, at most 200.</param>
    public sealed record ManyRequest(List<Guid>? LeadIds = null);

    /// <summary>What was decided.</summary>
    /// <param name="Assigned">The leads that firms have now.</param>
    /// <param name="Left">The leads that stay in the pool though they came before, at most 200.</param>
    public sealed record Response(IReadOnlyList<Decided> Assigned, IReadOnlyList<LeftLead> Left);

    /// <summary>A lead was assigned.</summary>
    /// <param name="LeadId">The lead.</param>
    /// <param name="MemberId">The firm.</param>
    /// <param name="Rule">By which rule.</param>
    /// <param name="ValueMinor">What it may be worth, in minor units.</param>
    public sealed record Decided(Guid LeadId, Guid MemberId, LeadRule Rule, long ValueMinor);

    /// <summary>A lead stays in the pool.</summary>
    /// <param name="LeadId">The lead.</param>
    /// <param name="Code"><c>NO_CAPABLE_FIRM</c>, or <c>CLAIM_OPEN</c>: decide the firms' claims first.</param>
    public sealed record LeftLead(Guid LeadId, string Code);

    private sealed record Situation(
        List<MemberFirm> Firms, Dictionary<Guid, DistributeLeads.Load> Loads, ILookup<Guid, LeadClaim> Claims, DateTime ContactBy, DateTime ReturnAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("leads/{id:guid}/assignment", OneAsync).WithName("AssignLead").For(Role.ConsortiumManager)
            .WithSummary("Assign a lead")
            .WithDescription(
                "By the rules: to the firm whose customer the buyer is (R-409), else of the firms that can make all products to the one whose "
                + "leads of "
                + "this year are worth least, of equal ones to the one that got one longest ago. Or by hand, with a reason. 409 ALREADY_DECIDED "
                + "if it "
                + "isn't in the pool; CLAIM_OPEN as long as a firm's claim is undecided; NO_CAPABLE_FIRM if no firm in good standing can make it.")
            .WithExample(new Request());
        routes.MapPost("leads/assignments", ManyAsync).WithName(nameof(AssignLeads)).For(Role.ConsortiumManager)
            .WithSummary("Assign many leads at once")
            .WithDescription(
                "By the rules, planned together: the values that firms got this year come out as even as the sizes of the leads allow. Each lead "
                + "has a "
                + "decision of its own. Leads that can't be assigned stay in the pool, with the code of the reason.")
            .WithExample(new ManyRequest());
        routes.MapPost("leads/{id:guid}/return", ReturnAsync).WithName("ReturnLead").For(Role.ConsortiumManager)
            .WithSummary("Take a lead back into the pool")
            .WithDescription("From the firm that has it, with a reason that the firm reads. 409 ALREADY_DECIDED if no firm has it or it is closed.")
            .WithExample(new ReturnRequest("The firm asked for it."));
    }

    /// <summary>Why the lead is taken back.</summary>
    /// <param name="Reason">1 to 1,000 characters.</param>
    public sealed record ReturnRequest(string Reason);

    private static async Task<Results<Ok<Decided>, ProblemHttpResult>> OneAsync(
        Guid id, Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = request.MemberId is null && request.Reason is null ? null : errors.Text(request.Reason, "reason", Lead.LongestNote);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        Decided? decided = null;
        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                var now = clock.GetUtcNow().UtcDateTime;
                await LockAsync(db, caller, ct);
                if (await db.Leads.SingleOrDefaultAsync(l => l.Id == id, ct) is not { } lead)
                {
                    refused = Refusal.NotFound();
                    return false;
                }

                var situation = await SituationAsync(id, db, caller, now, ct);
                var byHand = request.MemberId is { } member ? situation.Firms.FindIndex(f => f.Id == member) : -1;
                refused = lead.State != LeadState.Pool
                        ? new Refusal("ALREADY_DECIDED", "This lead isn't in the pool.").ToProblem()
                    : situation.Claims[id].Any(c => c.State == ClaimState.Open)
                        ? new Refusal(ClaimOpen, "A firm claims the buyer as its customer: decide that first.").ToProblem()
                    : request.MemberId is not null && (byHand < 0 || !InStanding(situation.Firms[byHand]))
                        ? Refusal.Invalid("memberId", "Must be a firm of the consortium in good standing.")
                    : null;
                if (refused is not null)
                {
                    return false;
                }

                var firm = byHand >= 0 ? byHand : Plan([lead], situation)[0];
                if (firm < 0)
                {
                    refused = new Refusal(NoCapableFirm, "No firm in good standing can make all that was asked for.").ToProblem();
                    return false;
                }

                decided = Decide(lead, firm, byHand >= 0, reason, together: false, situation, db, caller, now);
                db.Record(byHand >= 0 ? "LEAD_ASSIGNED_BY_HAND" : "LEAD_ASSIGNED", id, reason);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(decided!);
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ManyAsync(
        ManyRequest request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (request.LeadIds is { Count: 0 or > MostAtOnce })
        {
            return Refusal.Invalid("leadIds", $"Must be 1 to {MostAtOnce} leads.");
        }

        Response? response = null;
        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                var now = clock.GetUtcNow().UtcDateTime;
                await LockAsync(db, caller, ct);
                var asked = request.LeadIds?.Distinct().ToList();
                var pool = db.Leads.Where(l => l.State == LeadState.Pool && (asked == null || asked.Contains(l.Id)))
                    .OrderBy(l => l.ArrivedAt).ThenBy(l => l.Id);
                if (asked is not null && await pool.CountAsync(ct) < asked.Count)
                {
                    refused = Refusal.Invalid("leadIds", "Each must be a lead of the pool.");
                    return false;
                }

                var situation = await SituationAsync(null, db, caller, now, ct);
                var (free, left) = await SortOutAsync(pool, situation, ct);
                var firms = Plan(free, situation);
                response = new(
                    [
                        .. free.Index().Select(l => Decide(
                            l.Item, firms[l.Index], byHand: false, null, together: free.Count > 1, situation, db, caller, now)),
                    ],
                    [.. left.OrderBy(l => l.Code != ClaimOpen).Take(MostAtOnce)]);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(response!);
    }

    // The first that can be assigned, however many before them can't.
    private static async Task<(List<Lead> Free, List<LeftLead> Left)> SortOutAsync(IQueryable<Lead> pool, Situation situation, CancellationToken ct)
    {
        var (free, left) = (new List<Lead>(), new List<LeftLead>());
        for (var read = 0; free.Count < MostAtOnce; read += MostAtOnce)
        {
            var part = await pool.Skip(read).Take(MostAtOnce).ToListAsync(ct);
            foreach (var lead in part)
            {
                var code = situation.Claims[lead.Id].Any(c => c.State == ClaimState.Open) ? ClaimOpen
                    : Eligible(lead, situation).Count == 0 ? NoCapableFirm : null;
                if (code is not null)
                {
                    left.Add(new(lead.Id, code));
                }
                else if (free.Count < MostAtOnce)
                {
                    free.Add(lead);
                }
            }

            if (part.Count < MostAtOnce)
            {
                break;
            }
        }

        return (free, left);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ReturnAsync(
        Guid id, ReturnRequest request, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", Lead.LongestNote);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Leads.SingleOrDefaultAsync(l => l.Id == id, ct) is not { } lead)
        {
            return Refusal.NotFound();
        }

        if (lead.MemberId is null || lead.IsClosed)
        {
            return new Refusal("ALREADY_DECIDED", "No firm works on this lead.").ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await LeadDesk.ReturnAsync(lead, reason, db, now, ct);
        db.Record("LEAD_RETURNED", id, reason);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    // Whoever assigns or claims for a consortium waits for the others: what firms got so far must be known.
    internal static Task<int> LockAsync(MarketingDb db, Caller caller, CancellationToken ct) =>
        db.LockAsync(db.Consortia.Where(c => c.Id == caller.ConsortiumId).Select(c => c.Id).OrderBy(id => id), ct);

    private static bool InStanding(MemberFirm firm) => firm.Standing is MemberStanding.Active or MemberStanding.Probation;

    // With the claims on this lead; null: on all of the pool.
    private static async Task<Situation> SituationAsync(
        Guid? lead, MarketingDb db, Caller caller, DateTime now, CancellationToken ct)
    {
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        var since = consortium.BeginningOf(consortium.CalendarYear(now));
        // What went back to the pool is no longer the firm's; that it had its turn stays.
        var got = await db.LeadDecisions
            .Join(db.Leads, d => d.LeadId, l => l.Id, (d, l) => new
            {
                d.MemberId, d.DecidedAt,
                Value = d.DecidedAt >= since && l.MemberId == d.MemberId && l.AssignedAt == d.DecidedAt && !(l.ReturnAt <= now) ? d.ValueMinor : 0,
            })
            .GroupBy(d => d.MemberId).Select(g => new { g.Key, Value = g.Sum(d => d.Value), Last = g.Max(d => d.DecidedAt) })
            .ToDictionaryAsync(g => g.Key, g => new DistributeLeads.Load(g.Value, g.Last), ct);
        var firms = (await db.FirmsAsync(caller.ConsortiumId, ct)).OrderBy(f => f.Id).ToList();
        var days = await KeepWorkingDays.OfAsync(caller.ConsortiumId, db, ct);
        return new(
            firms, firms.ToDictionary(f => f.Id, f => got.GetValueOrDefault(f.Id) ?? new(0, null)),
            (await db.LeadClaims.AsNoTracking()
                .Where(c => lead == null ? db.Leads.Any(l => l.Id == c.LeadId && l.State == LeadState.Pool) : c.LeadId == lead).ToListAsync(ct))
                .ToLookup(c => c.LeadId),
            days.EndOf(ContactWithin, now, consortium), days.EndOf(ReturnAfter, now, consortium));
    }

    private static int[] Plan(List<Lead> leads, Situation situation) => DistributeLeads.Among(
        [.. situation.Firms.Select(f => situation.Loads[f.Id])],
        [.. leads.Select(lead => new DistributeLeads.Item(lead.ValueMinor, Eligible(lead, situation)))]);

    // Protection comes before capability; of several firms whose customer the buyer is, rotation decides.
    private static List<int> Eligible(Lead lead, Situation situation)
    {
        var firms = situation.Firms.Index().Where(f => InStanding(f.Item)).ToList();
        var own = firms.Where(f => IsProtected(f.Item, lead, situation)).Select(f => f.Index).ToList();
        return own.Count > 0 ? own : [.. firms.Where(f => IsCapable(f.Item, lead)).Select(f => f.Index)];
    }

    private static bool IsProtected(MemberFirm firm, Lead lead, Situation situation) =>
        situation.Claims[lead.Id].Any(c => c.MemberId == firm.Id && c.State == ClaimState.Confirmed);

    private static bool IsCapable(MemberFirm firm, Lead lead) => lead.ProductCodes.TrueForAll(code => firm.Capabilities.Exists(c =>
        c.ProductCode == code));

    private static Decided Decide(
        Lead lead, int place, bool byHand, string? reason, bool together, Situation situation, MarketingDb db, Caller caller, DateTime now)
    {
        var (firm, eligible) = (situation.Firms[place], Eligible(lead, situation));
        var isProtected = eligible.Exists(f => IsProtected(situation.Firms[f], lead, situation));
        var rule = byHand ? LeadRule.ByHand : isProtected ? LeadRule.Protection : eligible.Count == 1 ? LeadRule.Capability
            : together ? LeadRule.Together : LeadRule.Rotation;
        db.Add(new LeadDecision
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = lead.ConsortiumId,
            LeadId = lead.Id,
            MemberId = firm.Id,
            Rule = rule,
            ValueMinor = lead.ValueMinor,
            DecidedAt = now,
            DecidedBy = caller.UserId,
            Reason = byHand ? reason : null,
            Considered = situation.Firms.ConvertAll(f =>
                new ConsideredFirm(f.Id, f.Code, Verdict(f), situation.Loads[f.Id].Value, situation.Loads[f.Id].LastAt)),
        });
        lead.Assign(firm.Id, situation.ContactBy, situation.ReturnAt, now);
        db.Publish(lead.Id, new LeadAssigned(lead.ConsortiumId, lead.Id, firm.Id, now));
        return new(lead.Id, firm.Id, rule, lead.ValueMinor);

        LeadVerdict Verdict(MemberFirm other) =>
            other.Id == firm.Id ? LeadVerdict.Assigned
            : !InStanding(other) ? LeadVerdict.NotInStanding
            : byHand ? LeadVerdict.NotChosen
            : isProtected && !IsProtected(other, lead, situation) ? LeadVerdict.NotProtected
            : !isProtected && !IsCapable(other, lead) ? LeadVerdict.NotCapable
            : together ? LeadVerdict.EvenerOtherwise
            : situation.Loads[other.Id].Value > situation.Loads[firm.Id].Value ? LeadVerdict.HasMore : LeadVerdict.LaterInTurn;
    }
}
