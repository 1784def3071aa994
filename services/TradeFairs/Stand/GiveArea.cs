using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Costs;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Stand;

/// <summary>Area that has become free goes to the next of the waiting list, or to a firm at the stand that asks for more than it has.</summary>
internal static class GiveArea
{
    /// <summary>How much the firm gets in all.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="AreaDm2">Its area from now on, in square decimetres, 400 to what it asks for.</param>
    /// <param name="Reason">
    /// Needed if a firm before it in the waiting list is passed over, 1 to 1,000 characters; the firms that are passed over read it.
    /// </param>
    public sealed record Request(Guid MemberId, long AreaDm2, string? Reason = null);

    /// <summary>Who signs the contract.</summary>
    /// <param name="MemberId">A firm at the stand.</param>
    public sealed record MainRequest(Guid MemberId);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("editions/{id:guid}/areas", HandleAsync).WithName(nameof(GiveArea)).For(Role.ConsortiumManager)
            .WithSummary("Give free area to a firm")
            .WithDescription(
                "For managers, after the allotment: the next of the waiting list comes to the stand, and is asked for its deposit. A firm "
                + "at the stand can get more, up to what it asks for, but never less; again the same changes nothing. Once the plan of the costs is "
                + "approved, its planned share, deposit and penalty follow. 409 NOT_ALLOTTED; NO_FREE_AREA; OWN_COSTS_UNKNOWN if a firm that comes "
                + "then has no part in an item with own amounts or weights; NOT_NEXT if another firm waits longer and there is no reason; "
                + "NOT_COMMITTED; MEMBER_LEFT if it has left the consortium; LESS_AREA; MORE_THAN_REQUESTED; EDITION_ENDED.")
            .WithExample(new Request(new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), 500));
        routes.MapPost("editions/{id:guid}/main-exhibitor", ChooseMainAsync).WithName("ChooseMainExhibitor").For(Role.ConsortiumManager)
            .WithSummary("Say which firm signs the contract as main exhibitor")
            .WithDescription("For managers; the other firms are its co-exhibitors. It replaces an earlier choice. 409 NOT_COMMITTED; EDITION_ENDED.")
            .WithExample(new MainRequest(new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c")));
    }

    private static async Task<Results<Ok<EditionView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        FairEdition? changed = null;
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                changed = edition;
                var errors = new InputErrors();
                var reason = request.Reason is null ? null : errors.Text(request.Reason, "reason", LateChange.LongestReason);
                errors.Unless(request.AreaDm2 >= FairCommitment.LeastAreaDm2, "areaDm2", $"Must be {FairCommitment.LeastAreaDm2} (4 m²) or more.");
                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                var commitments = await db.Commitments.Where(c => c.EditionId == id).ToListAsync(ct);
                var own = commitments.Find(c => c.MemberId == request.MemberId);
                var left = await db.ThatLeftAsync(commitments.Select(c => c.MemberId), ct);
                var passedOver = PassedOver(commitments, own, left);
                if ((edition.RefuseEnded() ?? Refuse(edition, commitments, own, left, passedOver, request, reason)) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                if (own!.AllottedAreaDm2 == request.AreaDm2)
                {
                    return null;   // the same again
                }

                if (await PlannedShare.RefuseComingAsync(db, edition, own.MemberId, ct) is { } unknown)
                {
                    return unknown.ToProblem();
                }

                var now = clock.GetUtcNow().UtcDateTime;
                (own.State, own.AllottedAreaDm2) = (CommitmentState.Committed, request.AreaDm2);
                own.Version++;
                edition.Version++;
                db.Add(new AreaGift
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = edition.ConsortiumId, EditionId = id, MemberId = own.MemberId,
                    AreaDm2 = request.AreaDm2, Reason = reason, GivenBy = caller.UserId, GivenAt = now,
                });
                db.Record("AREA_GIVEN", own.MemberId, reason);
                passedOver.ForEach(c => db.Record("AREA_PASSED_OVER", id, reason, firm: c.MemberId));
                await db.SaveChangesAsync(ct);   // planned shares follow the areas
                await AskForDeposits.AskAsync(edition, [own], db, now, ct);
                return null;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(await EditionView.OfAsync(changed!, db, clock.GetUtcNow().UtcDateTime, ct));
    }

    // Those that wait longer than the firm, or at all if it is at the stand.
    private static List<FairCommitment> PassedOver(List<FairCommitment> commitments, FairCommitment? own, Dictionary<Guid, string> left) =>
    [
        .. commitments.Where(c => c.State == CommitmentState.Waiting && !left.ContainsKey(c.MemberId))
            .OrderBy(c => c.CommittedAt).ThenBy(c => c.MemberId).TakeWhile(c => c != own),
    ];

    private static Refusal? Refuse(
        FairEdition edition, List<FairCommitment> commitments, FairCommitment? own, Dictionary<Guid, string> left,
        List<FairCommitment> passedOver, Request request, string? reason)
    {
        if (!edition.HasStand)
        {
            return new("NOT_ALLOTTED", "The area is not allotted.");
        }

        if (edition.State is not (FairState.Committed or FairState.Contracted))
        {
            return new("WRONG_STATE", "The fair has begun: area is given before it.");
        }

        if (own is not { State: CommitmentState.Committed or CommitmentState.Waiting })
        {
            return new("NOT_COMMITTED", "The firm has not committed itself.");
        }

        if (left.ContainsKey(own.MemberId))
        {
            return new("MEMBER_LEFT", "The firm has left the consortium.");
        }

        var free = edition.StandAreaDm2 - edition.CommonAreaDm2 - commitments.Sum(c => c.AllottedAreaDm2);
        return request.AreaDm2 > own.RequestedAreaDm2 ? new("MORE_THAN_REQUESTED", $"The firm asks for {own.RequestedAreaDm2} dm².")
            : request.AreaDm2 < own.AllottedAreaDm2 ? new("LESS_AREA", "The firm has more already: nobody takes it away.")
            : request.AreaDm2 - own.AllottedAreaDm2 > free ? new("NO_FREE_AREA", $"{free} dm² are free.")
            : passedOver.Count > 0 && reason is null ? new("NOT_NEXT", "Another firm waits longer: give the reason for passing it over.")
            : null;
    }

    private static async Task<Results<Ok<EditionView>, ProblemHttpResult>> ChooseMainAsync(
        Guid id, MainRequest request, TradeFairsDb db, TimeProvider clock, CancellationToken ct)
    {
        FairEdition? changed = null;
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                changed = edition;
                var commitments = await db.Commitments.Where(c => c.EditionId == id).ToListAsync(ct);
                if ((edition.RefuseEnded() ?? (commitments.Exists(c => c.MemberId == request.MemberId && c.State == CommitmentState.Committed) ? null
                    : new("NOT_COMMITTED", "The firm has not committed itself."))) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                db.Record("MAIN_EXHIBITOR_CHOSEN", request.MemberId, firm: request.MemberId);
                foreach (var commitment in commitments.Where(c => c.IsMainExhibitor != (c.MemberId == request.MemberId)))
                {
                    commitment.IsMainExhibitor = !commitment.IsMainExhibitor;
                    commitment.Version++;
                }

                edition.Version++;
                return null;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(await EditionView.OfAsync(changed!, db, clock.GetUtcNow().UtcDateTime, ct));
    }
}
