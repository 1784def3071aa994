using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;

namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>
/// The manager splits an open line by hand, instead of by policy. Nothing is offered until a second person of another organisation has
/// approved the parts (F-G3): an auditor, since a member user would see other firms' parts (F-C2).
/// </summary>
internal static class SetPartsByHand
{
    private const int MostParts = 200;

    /// <summary>The parts.</summary>
    public sealed record Request
    {
        /// <summary>What each firm will be offered: 1 to 200 parts, each firm once. Other firms get nothing; pieces may be left open.</summary>
        public required IReadOnlyList<SplitPart> Parts { get; init; }

        /// <summary>The reason, 1 to 1000 characters; kept for good and listed in the fairness report.</summary>
        /// <example>The buyer wants the sample batch from the firms that made the prototypes.</example>
        public required string Reason { get; init; }
    }

    /// <summary>Why the split is refused.</summary>
    public sealed record RefusalRequest
    {
        /// <summary>The reason, 1 to 1000 characters; kept for good.</summary>
        /// <example>F3 made a prototype too.</example>
        public required string Reason { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("orders/{id:guid}/lines/{lineId}/splits-by-hand", ProposeAsync)
            .WithName("ProposeSplitByHand").For(Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Propose a split of an open line by hand")
            .WithDescription("Replaces any policy (R-618). The parts must be what a run could offer now: `errors` names each part that isn't, and "
                + "the code is that of the first: `QUANTITY_GONE` (fewer pieces are open), `OVER_CAPACITY`, `OVER_CONCENTRATION`, "
                + "`BELOW_MIN_LOT`, `LOT_MULTIPLE`, or why the firm can't be asked, such as `NOT_CAPABLE`. `GATE_NOT_PASSED` before the order is "
                + "accepted, `NOTHING_OPEN` if no pieces of the line are open, `RUN_IN_PROGRESS` while a run of the order is being calculated. "
                + "Nothing is offered until the split is approved; a later split of the same line replaces it.")
            .WithExample(new Request
            {
                Parts = [new(new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), 60), new(new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3d"), 40)],
                Reason = "The buyer wants the sample batch from the firms that made the prototypes.",
            });
        routes.MapPost("orders/{id:guid}/lines/{lineId}/splits-by-hand/{splitId:guid}/approval", ApproveAsync)
            .WithName("ApproveSplitByHand").For(Role.Auditor, Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Approve a split by hand or an open call as the second person")
            .WithDescription("For an auditor; a manager belongs to the organisation that set the parts: `SECOND_APPROVER_REQUIRED` (F-G3), as for an "
                + "account behind which the same account stands as behind the author's. A run "
                + "over the line starts and offers the parts moments later: all of them or, if they are no longer possible by then, none. A call "
                + "opens at once. "
                + "`QUANTITY_GONE` if the number of open pieces has changed since the proposal; every other refusal of the proposal can occur "
                + "again; `ALREADY_DECIDED` the second time.");
        routes.MapPost("orders/{id:guid}/lines/{lineId}/splits-by-hand/{splitId:guid}/refusal", RefuseAsync)
            .WithName("RefuseSplitByHand").For(Role.Auditor, Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Refuse or withdraw a split by hand")
            .WithDescription("By the second person or any manager. `ALREADY_DECIDED` if it was decided before.")
            .WithExample(new RefusalRequest { Reason = "F3 made a prototype too." });
        routes.MapPost("orders/{id:guid}/exceptions/{splitId:guid}/approval", ApproveAnyAsync)
            .WithName("ApproveException").For(Role.Auditor, Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Approve an exception as the second person")
            .WithDescription("Any kind: a vote of the board (R-611) or new prices (R-615), whose run starts at once, or what is about a line. "
                + "`SECOND_APPROVER_REQUIRED` for the author and for an account behind which the same account stands; for what is about a line, also "
                + "for every manager (F-G3). `ALREADY_DECIDED` the second time; every refusal of the step itself can occur.");
        routes.MapPost("orders/{id:guid}/exceptions/{splitId:guid}/refusal", RefuseAnyAsync)
            .WithName("RefuseException").For(Role.Auditor, Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Refuse or withdraw an exception")
            .WithDescription("By the second person or any manager. `ALREADY_DECIDED` if it was decided before.")
            .WithExample(new RefusalRequest { Reason = "The board has not voted." });
    }

    private static async Task<Results<Created<SplitView>, ProblemHttpResult>> ProposeAsync(
        Guid id, string lineId, Request request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await ValidateAsync(request, db, ct) is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, _) || order.Line(lineId) is not { } line)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        if (order.CanBeSplitByHand(line) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        var split = new ProposedSplit
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = order.ConsortiumId,
            OrderId = order.Id,
            LineId = lineId,
            Product = line.Product!,
            Family = line.Family!,
            Unit = line.CountedIn,
            Open = order.UnallocatedOf(line),
            Parts = [.. request.Parts.Select(part => new HeldPart(part.MemberId, part.Quantity))],
            Reason = request.Reason,
            RulebookVersion = rulebook.Version,
            SetBy = caller.UserId,
            SetByControllers = [.. caller.Controllers],
            SetFor = ProposedSplit.OrganisationOf(caller),
            SetAt = now,
        };
        if (await CheckPartsAsync(order, split, rulebook, db, now, ct) is { } fault)
        {
            return fault;
        }

        foreach (var former in await db.ProposedSplits
            .Where(s => s.OrderId == id && s.LineId == lineId && s.Kind == ExceptionKind.Split && s.State == SplitState.Proposed).ToListAsync(ct))
        {
            former.Replace(caller, now);
            order.Changed(former);
        }

        db.Add(split);
        order.Changed(split);
        await db.SaveAsync(order, ct);
        return TypedResults.Created($"/api/allocation/orders/{id}", SplitView.Of(split));
    }

    private static async Task<Results<Accepted<SplitView>, ProblemHttpResult>> ApproveAsync(
        Guid id, string lineId, Guid splitId, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
        await FindAsync(id, lineId, splitId, db, ct) is var (order, split)
            ? await ApproveItAsync(order, split, db, caller, clock, ct)
            : Refusal.NotFound();

    private static async Task<Results<Accepted<SplitView>, ProblemHttpResult>> ApproveAnyAsync(
        Guid id, Guid splitId, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
        await FindAsync(id, null, splitId, db, ct) is var (order, split)
            ? await ApproveItAsync(order, split, db, caller, clock, ct)
            : Refusal.NotFound();

    private static async Task<Results<Accepted<SplitView>, ProblemHttpResult>> ApproveItAsync(
        Order order, ProposedSplit split, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        var line = order.Line(split.LineId);
        if ((line is null ? split.CanBeApprovedBy(caller) : split.CanBeApprovedBy(caller, line, order.UnallocatedOf(line))) is { } notBy)
        {
            return notBy.ToProblem();
        }

        var run = Guid.CreateVersion7();
        switch (split.Kind)
        {
            case ExceptionKind.Split when order.CanBeSplitByHand(line!) is { } refusal:
                return refusal.ToProblem();
            case ExceptionKind.Split when await CheckPartsAsync(order, split, rulebook, db, now, ct) is { } fault:
                return fault;
            case ExceptionKind.Split:
                order.StartRunByHand(run, split.Id, now);
                break;
            case ExceptionKind.OpenCall
                when await CallForPieces.OpenAsync(split, order, line!, rulebook.RuleFor(line!.Family), db, now, ct) is { } refusal:
                return refusal.ToProblem();
            case ExceptionKind.OverConcentration
                when (order.RefuseUnlessShort() ?? order.StartRun(run, OfferKind.OverConcentration, 0, now)) is { } refusal:
                return refusal.ToProblem();
            case ExceptionKind.NewPrices when AskForPrices.AskAgain(order, rulebook, now, run) is { } refusal:
                return refusal.ToProblem();
        }

        if (split.Kind is ExceptionKind.OverConcentration or ExceptionKind.NewPrices)
        {
            order.Decided(new(
                split.Kind == ExceptionKind.NewPrices ? OrderDecisionKind.NewPrices : OrderDecisionKind.OverConcentration,
                new(split.SetBy) { Controllers = split.SetByControllers }, split.SetAt, split.Reason) { Second = Decider.Of(caller) });
        }

        split.Approve(caller, split.Kind == ExceptionKind.OpenCall ? null : run, now);
        order.Changed(split);
        await db.SaveAsync(order, ct);
        return TypedResults.Accepted($"/api/allocation/orders/{order.Id}", SplitView.Of(split));
    }

    private static Task<Results<Ok<SplitView>, ProblemHttpResult>> RefuseAsync(
        Guid id, string lineId, Guid splitId, RefusalRequest request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
        RefuseItAsync(id, splitId, request, lineId, db, caller, clock, ct);

    private static Task<Results<Ok<SplitView>, ProblemHttpResult>> RefuseAnyAsync(
        Guid id, Guid splitId, RefusalRequest request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
        RefuseItAsync(id, splitId, request, null, db, caller, clock, ct);

    private static async Task<Results<Ok<SplitView>, ProblemHttpResult>> RefuseItAsync(
        Guid id, Guid splitId, RefusalRequest request, string? lineId, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 1000)
        {
            return Refusal.Invalid("reason", "Must have 1 to 1000 characters.");
        }

        if (await FindAsync(id, lineId, splitId, db, ct) is not var (order, split))
        {
            return Refusal.NotFound();
        }

        if (split.Refuse(caller, request.Reason, clock.GetUtcNow().UtcDateTime) is { } refusal)
        {
            return refusal.ToProblem();
        }

        order.Changed(split);
        await db.SaveAsync(order, ct);
        return TypedResults.Ok(SplitView.Of(split));
    }

    private static async Task<InputErrors> ValidateAsync(Request request, AllocationDb db, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(!string.IsNullOrWhiteSpace(request.Reason) && request.Reason.Length <= 1000, "reason", "Must have 1 to 1000 characters.");
        if (request.Parts is not { Count: > 0 and <= MostParts } parts)
        {
            errors.Add("parts", $"Set 1 to {MostParts} parts.");
            return errors;
        }

        var named = parts.Select(part => part.MemberId).ToHashSet();
        var known = await db.Members.Where(m => named.Contains(m.Id)).Select(m => m.Id).ToHashSetAsync(ct);
        foreach (var (i, part) in parts.Index())
        {
            errors.Unless(
                known.Contains(part.MemberId) && !parts.Take(i).Any(other => other.MemberId == part.MemberId),
                $"parts[{i}].memberId", "Must be a member firm, each once.");
            errors.Unless(
                part.Quantity is >= 1 and <= AllocationSnapshot.MaxPieces, $"parts[{i}].quantity", $"Must be 1 to {AllocationSnapshot.MaxPieces}.");
        }

        return errors;
    }

    // The engine checks the parts as it would in a run now.
    private static async Task<ProblemHttpResult?> CheckPartsAsync(
        Order order, ProposedSplit split, Rulebook rulebook, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var faults = Manual.Check(await TakeSnapshot.OfAsync([order], Guid.Empty, order.Round + 1, OfferKind.ByHand, rulebook, db, now, ct, split));
        var errors = faults.ToDictionary(
            fault => fault.MemberId is { } member ? $"parts[{split.Parts.FindIndex(part => part.MemberId == member)}].quantity" : "parts",
            fault => (string[])[fault.Sentence]);
        return faults.Count == 0
            ? null
            : Refusal.Problem(StatusCodes.Status409Conflict, faults[0].Code, faults[0].Sentence, new KeyValuePair<string, object?>("errors", errors));
    }

    private static async Task<(Order Order, ProposedSplit Split)?> FindAsync(
        Guid id, string? lineId, Guid splitId, AllocationDb db, CancellationToken ct) =>
        await db.FindOrderAsync(id, ct) is var (order, _)
        && await db.ProposedSplits.SingleOrDefaultAsync(
            s => s.Id == splitId && s.OrderId == id && (lineId == null || s.LineId == lineId), ct) is { } split
            ? (order, split)
            : null;
}
