using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Participation;

/// <summary>
/// A firm answers the call: it is interested, or commits itself. It does so until the deadline, by the clock of the store and not of the firm;
/// afterwards only with an exception of its own (FAIR-12).
/// </summary>
internal static class AnswerCall
{
    private const long LargestAreaDm2 = 1_000_000;

    /// <summary>What the firm wants.</summary>
    public sealed record Request
    {
        /// <summary>Area of its own, in square decimetres, 400 (R-504: 4 m²) to 1,000,000.</summary>
        public required long AreaDm2 { get; init; }

        /// <summary>Its freight, in litres, 0 to 10,000,000: 1 m³ is 1,000. Freight is shared by it .</summary>
        public long VolumeLitres { get; init; }

        /// <summary>How many exhibits it shows, 0 to 10,000.</summary>
        public int ExhibitCount { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("editions/{id:guid}/interest", ShowInterestAsync).WithName("ShowFairInterest").For(Role.MemberUser)
            .WithSummary("Say that the firm is interested in a fair")
            .WithDescription(
                "For firms in good standing, while the call is open. Nothing is binding; only the manager reads it. Again changes nothing. "
                + "409 CALL_CLOSED; NOT_IN_STANDING; ALREADY_COMMITTED.");
        routes.MapDelete("editions/{id:guid}/interest", WithdrawInterestAsync).WithName("WithdrawFairInterest").For(Role.MemberUser)
            .WithSummary("Say that the firm is not interested any more")
            .WithDescription("For the firm. 409 ALREADY_COMMITTED: a commitment is withdrawn, which costs money (R-502).");
        routes.MapPut("editions/{id:guid}/commitment", CommitAsync).WithName("CommitToFair").For(Role.MemberUser)
            .WithSummary("Commit the firm to a fair, or change what it asks for")
            .WithDescription(
                "For firms in good standing, until commitUntil, which is exclusive: an answer at that instant is late, by the clock of the store. "
                + "It is binding: the firm pays its share, of which 30 % is asked for as a deposit when the area is allotted (R-501). Until then it "
                + "can change what it asks for; again the same changes nothing. Afterwards the same route needs an exception of the firm's own, "
                + "which is used up: a firm that is new then waits for area, one that has committed itself can change volume and exhibits, and give "
                + "up area, but nothing less once the plan of the costs is approved. 409 CALL_CLOSED; NOT_IN_STANDING; WITHDRAWN when it withdrew "
                + "before; AREA_ASKED_LATE for more area before the stand is divided; SHARE_FIXED for less than the others count on; EDITION_ENDED.")
            .WithExample(new Request { AreaDm2 = 900, VolumeLitres = 1900, ExhibitCount = 12 });
    }

    private static async Task<Results<Ok<CommitmentView>, ProblemHttpResult>> ShowInterestAsync(
        Guid id, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var (refused, firm) = await db.FirmThatTakesPartAsync(caller, ct);
        if (refused is not null)
        {
            return refused;
        }

        FairCommitment? own = null;
        refused = await db.AnswerEditionAsync(
            id,
            firm!.Id,
            async edition =>
            {
                var now = clock.GetUtcNow().UtcDateTime;   // read while nobody can allot: what is in time is seen
                own = await OwnAsync(id, firm.Id, db, ct);
                if (!edition.CallIsOpen(now))
                {
                    return Closed(edition).ToProblem();
                }

                own ??= db.Add(New(edition, firm, now)).Entity;
                return own.State == CommitmentState.Interested ? null : AlreadyCommitted();
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(CommitmentView.Of(own!, firm.Name, null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawInterestAsync(
        Guid id, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        var refused = await db.AnswerEditionAsync(
            id,
            caller.MemberId!.Value,
            async _ =>
            {
                if (await OwnAsync(id, caller.MemberId!.Value, db, ct) is not { } own)
                {
                    return Refusal.NotFound();
                }

                db.Remove(own);
                return own.State == CommitmentState.Interested ? null : AlreadyCommitted();
            },
            ct);
        return refused is not null ? refused : TypedResults.NoContent();
    }

    private static async Task<Results<Ok<CommitmentView>, ProblemHttpResult>> CommitAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(
            request.AreaDm2 is >= FairCommitment.LeastAreaDm2 and <= LargestAreaDm2,
            "areaDm2", $"Must be {FairCommitment.LeastAreaDm2} (4 m²) to {LargestAreaDm2:N0}.");
        errors.Unless(
            request.VolumeLitres is >= 0 and <= FairCommitment.MostLitres, "volumeLitres", $"Must be 0 to {FairCommitment.MostLitres:N0}.");
        errors.Unless(
            request.ExhibitCount is >= 0 and <= FairCommitment.MostExhibits, "exhibitCount", $"Must be 0 to {FairCommitment.MostExhibits:N0}.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var (refused, firm) = await db.FirmThatTakesPartAsync(caller, ct);
        if (refused is not null)
        {
            return refused;
        }

        FairCommitment? own = null;
        refused = await db.AnswerEditionAsync(
            id,
            firm!.Id,
            async edition =>
            {
                var now = clock.GetUtcNow().UtcDateTime;   // read while nobody can allot: what is in time is seen
                own = await OwnAsync(id, firm.Id, db, ct);
                if (own?.State == CommitmentState.Withdrawn)
                {
                    return new Refusal("WITHDRAWN", "The firm has withdrawn from this fair.").ToProblem();
                }

                if (own?.Says(request.AreaDm2, request.VolumeLitres, request.ExhibitCount) == true)
                {
                    return null;   // the same again
                }

                if (!edition.CallIsOpen(now))
                {
                    if (edition.RefuseEnded() is { } ended)
                    {
                        return ended.ToProblem();
                    }

                    if (await LateChange.ThatHoldsAsync(edition, firm.Id, db, now, ct) is not { } exception)
                    {
                        return Closed(edition).ToProblem();
                    }

                    if (own is { State: CommitmentState.Committed } && GivesLess(own, request)
                        && await db.FrozenShares.AnyAsync(f => f.EditionId == id && f.MemberId == firm.Id, ct))
                    {
                        return new Refusal(
                            "SHARE_FIXED",
                            "The plan of the costs is approved, and the others count on what the firm has committed itself to: more is possible, "
                            + "not less.").ToProblem();
                    }

                    // The others, who were in time, would have less; what is free afterwards it can ask for.
                    if (own is { State: CommitmentState.Committed } && !edition.HasStand && request.AreaDm2 > own.RequestedAreaDm2)
                    {
                        return new Refusal(
                            "AREA_ASKED_LATE",
                            "The call is over, and the stand is not divided: a firm that is late asks for no more area than it did.").ToProblem();
                    }

                    exception.UsedAt = now;
                    exception.Version++;
                }

                own ??= db.Add(New(edition, firm, now)).Entity;
                Commit(own, request, edition, db, now);
                return null;
            },
            ct);
        return refused is not null ? refused
            : TypedResults.Ok(CommitmentView.Of(own!, firm.Name, await PlaceOfAsync(own!, db, ct)));
    }

    private static void Commit(FairCommitment own, Request request, FairEdition edition, TradeFairsDb db, DateTime now)
    {
        if (own.State == CommitmentState.Interested)
        {
            own.State = edition.CallIsOpen(now) ? CommitmentState.Committed : CommitmentState.Waiting;   // who is late takes no area of the others
            own.CommittedAt = now;
            db.Publish(edition.Id, new FairCommitmentMade(edition.ConsortiumId, edition.Id, own.Id, own.MemberId, now));
        }

        (own.RequestedAreaDm2, own.VolumeLitres, own.ExhibitCount) = (request.AreaDm2, request.VolumeLitres, request.ExhibitCount);
        own.AllottedAreaDm2 = Math.Min(own.AllottedAreaDm2, own.RequestedAreaDm2);   // it gives up area, it takes none
        own.Version++;
    }

    // What it gave up of its share the others would bear, while a firm that withdraws pays for it.
    private static bool GivesLess(FairCommitment own, Request request) =>
        request.AreaDm2 < own.AllottedAreaDm2 || request.VolumeLitres < own.VolumeLitres || request.ExhibitCount < own.ExhibitCount;

    private static FairCommitment New(FairEdition edition, MemberFirm firm, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(), ConsortiumId = edition.ConsortiumId, EditionId = edition.Id, MemberId = firm.Id, CreatedAt = now, Version = 1,
    };

    private static Task<FairCommitment?> OwnAsync(Guid editionId, Guid memberId, TradeFairsDb db, CancellationToken ct) =>
        db.Commitments.SingleOrDefaultAsync(c => c.EditionId == editionId && c.MemberId == memberId, ct);

    private static async Task<int?> PlaceOfAsync(FairCommitment own, TradeFairsDb db, CancellationToken ct) =>
        own.State == CommitmentState.Waiting ? (await WaitingList.OfAsync(own.EditionId, db, ct)).IndexOf(own.MemberId) + 1 : null;

    private static Refusal Closed(FairEdition edition) => new("CALL_CLOSED", edition.State switch
    {
        FairState.Proposed => "The call for this fair is not open yet.",
        FairState.Cancelled => "The consortium does not take part in this fair.",
        _ => "The deadline for this fair is over. Ask the manager for an exception, with the reason.",
    });

    private static ProblemHttpResult AlreadyCommitted() =>
        new Refusal("ALREADY_COMMITTED", "The firm has committed itself to this fair.").ToProblem();
}
