using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Runs;

/// <summary>
/// The manager simulates a run under other conditions. The engine runs over the snapshot that a run would take now and over altered copies of it;
/// nothing is offered, reserved, published or stored.
/// </summary>
internal static class SimulateOrder
{
    private const int MostAlternatives = 10;
    private const int MostEntries = 200;

    // Over all alternatives: what can be planned while the caller waits.
    private const int MostLinesTogether = 2_000;

    // The policies that can be simulated; only the manager knows what Manual would do.
    private static readonly string[] Known =
        [.. Policies.Names.Except([nameof(Manual)]).Order(StringComparer.Ordinal)];

    /// <summary>The alternatives to compare.</summary>
    public sealed record Request
    {
        /// <summary>1 to 10 alternatives; the present conditions are always simulated too.</summary>
        public required IReadOnlyList<Alternative> Alternatives { get; init; }
    }

    /// <summary>The other conditions; what is absent stays as it is.</summary>
    public sealed record Alternative
    {
        /// <summary>A unique name, 1 to 100 characters.</summary>
        /// <example>Without F2</example>
        public required string Name { get; init; }

        /// <summary>
        /// Another policy for every line: any that a rulebook may name except <c>Manual</c>. <c>SealedPrice</c> uses the prices opened so far, never
        /// sealed ones.
        /// </summary>
        /// <example>EqualShare</example>
        public string? Policy { get; init; }

        /// <summary>For the policy <c>QuotaCatchUp</c>: quotas, together 1,000,000 millionths; absent: those of the rulebook.</summary>
        public IReadOnlyList<Quota>? Quotas { get; init; }

        /// <summary>Another end of the delivery window for every line: the first day after it.</summary>
        /// <example>2027-04-05</example>
        public DateOnly? DeliveryBefore { get; init; }

        /// <summary>Lost firms, at most 200: what they were offered or have accepted of this order is open again.</summary>
        public IReadOnlyList<Guid>? WithoutMembers { get; init; }

        /// <summary>Lost machines, at most 200: only a part of a firm's free capacity of a product family is left.</summary>
        public IReadOnlyList<CapacityLeft>? Capacity { get; init; }
    }

    /// <summary>A quota for <c>QuotaCatchUp</c>.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="SharePpm">Its share of all pieces, in millionths, 1 to 1,000,000.</param>
    public sealed record Quota(Guid MemberId, long SharePpm);

    /// <summary>A firm's remaining capacity.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">A product family of this order.</param>
    /// <param name="Percent">What is left of its free capacity in every period, in percent, 0 to 99; rounded down to pieces.</param>
    public sealed record CapacityLeft(Guid MemberId, string ProductFamily, int Percent);

    /// <summary>The outcome as it stands and of each alternative, all at the same moment.</summary>
    /// <param name="Simulation">Always true: none of this has happened.</param>
    /// <param name="OrderId">The order.</param>
    /// <param name="TakenAt">The moment, UTC.</param>
    /// <param name="RulebookVersion">The rulebook in force.</param>
    /// <param name="AsItStands">The outcome of a run now.</param>
    /// <param name="Alternatives">The outcomes of the alternatives, in the order of the request.</param>
    public sealed record Response(
        bool Simulation, Guid OrderId, DateTime TakenAt, int RulebookVersion, Outcome AsItStands, IReadOnlyList<Outcome> Alternatives);

    /// <summary>The outcome of a run.</summary>
    /// <param name="Name">The alternative; <c>As it stands</c> for the present conditions.</param>
    /// <param name="Open">What to find members for, over all lines.</param>
    /// <param name="Shortage">What finds no member, over all lines.</param>
    /// <param name="Lines">The lines of which something is open.</param>
    /// <param name="Unit">
    /// UN/ECE code of the unit of <paramref name="Open"/> and <paramref name="Shortage"/>; absent if these lines are counted in different units: then
    /// only the lines say how much.
    /// </param>
    public sealed record Outcome(string Name, long Open, long Shortage, IReadOnlyList<LineOutcome> Lines, string? Unit);

    /// <summary>The split of a line.</summary>
    /// <param name="LineId">The line.</param>
    /// <param name="ProductFamily">The family of its product.</param>
    /// <param name="Policy">The policy, with the version of its arithmetic.</param>
    /// <param name="Open">How many of <paramref name="Unit"/> to find members for.</param>
    /// <param name="Shortage">How many find no member.</param>
    /// <param name="ShortageReason">The reason; absent if everything finds one.</param>
    /// <param name="Parts">What each firm would be offered.</param>
    /// <param name="PassedOver">Every other firm with the one reason why it gets nothing.</param>
    /// <param name="Arithmetic">The full arithmetic; it names every firm's capacity.</param>
    /// <param name="Unit">UN/ECE code of the unit in which the line is counted: all quantities of it are in this unit.</param>
    public sealed record LineOutcome(
        string LineId, string ProductFamily, string Policy, long Open, long Shortage, string? ShortageReason,
        IReadOnlyList<PartOutcome> Parts, IReadOnlyList<PassedOverOutcome> PassedOver, IReadOnlyList<ExplanationStep> Arithmetic,
        string Unit);

    /// <summary>A firm's part.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="MemberCode">Its short code.</param>
    /// <param name="Quantity">What it would be offered, in the line's unit.</param>
    /// <param name="Explanation">Why, as the firm would read it.</param>
    public sealed record PartOutcome(Guid MemberId, string MemberCode, long Quantity, IReadOnlyList<ExplanationStep> Explanation);

    /// <summary>A firm that would get nothing.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="MemberCode">Its short code.</param>
    /// <param name="Code">The reason, for example <c>NO_FREE_CAPACITY</c>.</param>
    /// <param name="Explanation">The reason in a sentence with the firm's own numbers.</param>
    public sealed record PassedOverOutcome(Guid MemberId, string MemberCode, string Code, ExplanationStep Explanation);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/{id:guid}/simulations", HandleAsync)
        .WithName(nameof(SimulateOrder)).For(Role.ConsortiumManager)
        .WithSummary("Simulate an allocation under other conditions")
        .WithDescription("Other policies, another delivery deadline, lost firms or lost machines, side by side with the present conditions; also "
            + "for an order that isn't accepted yet. Nothing is offered, reserved or stored. Sealed prices count only once they are opened "
            + "(F-C4), and a price-match round continues from its present state. The time that firms have to answer changes no split, so it can't "
            + "be simulated. `NOTHING_OPEN` for an order without a matched line, `ORDER_BLOCKED` for one that is blocked or cancelled; "
            + "`TOO_MANY_LINES` if more than 2,000 lines would have to be planned together, counting all alternatives.")
        .WithExample(new Request
        {
            Alternatives =
            [
                new() { Name = "Equal shares", Policy = nameof(EqualShare) },
                new() { Name = "Three weeks earlier", DeliveryBefore = new DateOnly(2027, 5, 3) },
                new()
                {
                    Name = "F2 lost, F1's second line down",
                    WithoutMembers = [new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c")],
                    Capacity = [new(new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3d"), "chairs", 50)],
                },
            ],
        });

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (request.Alternatives is not { Count: > 0 and <= MostAlternatives })
        {
            return Refusal.Invalid("alternatives", $"Name 1 to {MostAlternatives} alternatives.");
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, _))
        {
            return Refusal.NotFound();
        }

        // F-T2: reading ends what is past its deadline.
        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        if (order.State is OrderState.Blocked or OrderState.Cancelled)
        {
            return new Refusal("ORDER_BLOCKED", "This order is blocked or cancelled: no run over it is possible.").ToProblem();
        }

        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        var all = await TakeSnapshot.ForSimulationAsync(order, rulebook, db, now, ct);
        if (all.Lines.Count == 0)
        {
            return new Refusal("NOTHING_OPEN", "No line of this order is matched to a product.").ToProblem();
        }

        var together = request.Alternatives.Select(a => a.Policy).Append(null)
            .Sum(policy => all.Lines.Count(line => line.Open > 0 && (policy ?? line.Rule.Policy) == nameof(Engine.Balanced)));
        if (together > MostLinesTogether)
        {
            return new Refusal("TOO_MANY_LINES",
                $"{nameof(Engine.Balanced)} would plan {together} lines; at most {MostLinesTogether} can be simulated at once. "
                + "Use fewer alternatives.").ToProblem();
        }

        var errors = new InputErrors();
        foreach (var (i, alternative) in request.Alternatives.Index())
        {
            Check(alternative, $"alternatives[{i}]", all, errors);
            if (request.Alternatives.Take(i).Any(other => other.Name == alternative.Name))
            {
                errors.Add($"alternatives[{i}].name", "Another alternative has this name.");
            }
        }

        return errors.Any
            ? errors.ToProblem()
            : TypedResults.Ok(new Response(
                Simulation: true, order.Id, now, rulebook.Version, Outcomes(new() { Name = "As it stands" }, all, order, ct),
                [.. request.Alternatives.Select(alternative => Outcomes(alternative, all, order, ct))]));
    }

    private static void Check(Alternative alternative, string path, AllocationSnapshot all, InputErrors errors)
    {
        var members = all.Members.Select(member => member.Id).ToHashSet();
        Unless(!string.IsNullOrWhiteSpace(alternative.Name) && alternative.Name.Length <= 100, "name", "Must have 1 to 100 characters.");
        Unless(alternative.Policy is null || Known.Contains(alternative.Policy), "policy", $"Must be one of {string.Join(", ", Known)}.");
        CheckQuotas();

        var lost = alternative.WithoutMembers ?? [];
        Unless(lost.Count <= MostEntries, "withoutMembers", $"May have at most {MostEntries} firms.");
        foreach (var (i, member) in lost.Take(MostEntries).Index())
        {
            Unless(members.Contains(member), $"withoutMembers[{i}]", "There is no such member firm.");
        }

        var capacity = alternative.Capacity ?? [];
        Unless(capacity.Count <= MostEntries, "capacity", $"May have at most {MostEntries} entries.");
        foreach (var (i, left) in capacity.Take(MostEntries).Index())
        {
            Unless(left.Percent is >= 0 and <= 99, $"capacity[{i}].percent", "Must be 0 to 99.");
            Unless(members.Contains(left.MemberId), $"capacity[{i}].memberId", "There is no such member firm.");
            Unless(all.Lines.Any(line => line.Family == left.ProductFamily), $"capacity[{i}].productFamily",
                "Must be a product family of this order.");
            Unless(
                !capacity.Take(i).Any(other => (other.MemberId, other.ProductFamily) == (left.MemberId, left.ProductFamily)),
                $"capacity[{i}]", "This firm's capacity of the family is already named.");
        }

        void CheckQuotas()
        {
            if (alternative.Policy != nameof(QuotaCatchUp))
            {
                Unless(alternative.Quotas is null, "quotas", $"Only the policy {nameof(QuotaCatchUp)} uses quotas.");
            }
            else if (alternative.Quotas is { } quotas)
            {
                Unless(quotas.Count <= MostEntries && quotas.Sum(q => Math.Clamp(q.SharePpm, 0, MemberQuota.Whole)) == MemberQuota.Whole,
                    "quotas", $"At most {MostEntries} quotas, which must add up to {MemberQuota.Whole}.");
                foreach (var (i, quota) in quotas.Take(MostEntries).Index())
                {
                    Unless(quota.SharePpm is >= 1 and <= MemberQuota.Whole, $"quotas[{i}].sharePpm", $"Must be 1 to {MemberQuota.Whole}.");
                    Unless(
                        members.Contains(quota.MemberId) && !quotas.Take(i).Any(other => other.MemberId == quota.MemberId),
                        $"quotas[{i}].memberId", "Must be a member firm, each once.");
                }
            }
            else
            {
                Unless(
                    all.Lines.All(line => (line.Quotas ?? []).Any(quota => quota.SharePpm > 0)), "quotas",
                        "Name quotas: the rulebook has none for a family of this order.");
            }
        }

        void Unless(bool holds, string field, string sentence) => errors.Unless(holds, $"{path}.{field}", sentence);
    }

    private static Outcome Outcomes(Alternative alternative, AllocationSnapshot all, Order order, CancellationToken ct)
    {
        var snapshot = Alter(all, alternative, order);
        var codes = snapshot.Members.ToDictionary(member => member.Id, member => member.Code);
        var lines = SplitOrder.Plan(snapshot, new CountedWork(ct)).Lines;
        var outcomes = lines.Select(line => new LineOutcome(
            line.LineId, order.Line(line.LineId)!.Family!, line.Policy, line.OpenBefore, line.OpenAfter, line.OpenReason,
            [.. line.Parts.Select(part => new PartOutcome(part.MemberId, codes[part.MemberId], part.Quantity, part.MemberSteps))],
            [.. line.PassedOver.Select(member => new PassedOverOutcome(member.MemberId, codes[member.MemberId], member.Code, member.Step))],
            line.ManagerSteps, order.Line(line.LineId)!.CountedIn)).ToList();
        return new(
            alternative.Name, outcomes.Sum(line => line.Open), outcomes.Sum(line => line.Shortage), outcomes,
            outcomes.Select(line => line.Unit).Distinct().ToList() is [var unit] ? unit : null);
    }

    /// <summary>The snapshot of a run under these conditions; without any, the snapshot that a run would take now.</summary>
    internal static AllocationSnapshot Alter(AllocationSnapshot all, Alternative what, Order order)
    {
        var lost = (what.WithoutMembers ?? []).ToHashSet();
        var left = (what.Capacity ?? []).ToDictionary(c => (c.MemberId, c.ProductFamily), c => c.Percent);
        var lines = all.Lines.Select(line =>
        {
            var policy = what.Policy ?? line.Rule.Policy;
            return line with
            {
                Open = line.Open
                    + line.Held.Where(part => lost.Contains(part.MemberId)).Sum(part => part.Quantity)
                    + order.Offers.Where(o => o.IsOpen && o.LineId == line.LineId && lost.Contains(o.MemberId)).Sum(o => o.Quantity),
                Held = [.. line.Held.Where(part => !lost.Contains(part.MemberId))],
                NotAskedAgain = [.. line.NotAskedAgain.Where(member => member.Answer != EarlierAnswer.OfferOpen || !lost.Contains(member.MemberId))],
                Due = what.DeliveryBefore ?? line.Due,
                Rule = line.Rule with { Policy = policy },
                Quotas = policy == nameof(QuotaCatchUp) ? Quotas(line, what.Quotas) : null,
                Turns = policy == nameof(Rotation) ? line.Turns : null,
                Scores = policy == nameof(WeightedScore) ? line.Scores : null,
                Prices = policy == nameof(SealedPrice) ? line.Prices : null,
                Match = policy == nameof(SealedPrice) && line.Match is { } match
                    ? match with { Awarded = [.. match.Awarded.Where(part => !lost.Contains(part.MemberId))] }
                    : null,
                Limit = policy == nameof(SealedPrice) && line.Limit is { } limit
                    ? limit with { Awarded = [.. limit.Awarded.Where(part => !lost.Contains(part.MemberId))] }
                    : null,
            };
        }).Where(line => line.Open > 0).ToList();
        var families = lines.Select(line => line.Family).ToHashSet();
        var balanced = lines.Where(line => line.Rule.Policy == nameof(Engine.Balanced)).Select(line => line.Family).ToHashSet();
        return all with
        {
            Accounts = balanced.Count == 0 ? null : [.. (all.Accounts ?? []).Where(account => balanced.Contains(account.Family))],
            Members = [.. all.Members.Select(member => lost.Contains(member.Id) ? member with { Standing = MemberStanding.Left } : member)],
            Buckets = [.. all.Buckets.Where(bucket => families.Contains(bucket.Family)).Select(bucket =>
                left.TryGetValue((bucket.MemberId, bucket.Family), out var percent) ? bucket with { Free = bucket.Free * percent / 100 } : bucket)],
            Lines = lines,
        };
    }

    private static List<MemberQuota> Quotas(SnapshotLine line, IReadOnlyList<Quota>? quotas) => quotas is null
        ? [.. line.Quotas ?? []]
        : [.. (line.Quotas ?? []).Where(quota => quota.Received > 0).Select(quota => quota with { SharePpm = 0 })
            .Concat(quotas.Select(quota => new MemberQuota(quota.MemberId, quota.SharePpm, 0)))
            .GroupBy(quota => quota.MemberId).Select(both =>
                new MemberQuota(both.Key, both.Sum(quota => quota.SharePpm), both.Sum(quota => quota.Received)))];
}
