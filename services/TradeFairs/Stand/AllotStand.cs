using System.ComponentModel;
using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Stand;

/// <summary>When the call is over, the stand is divided among the firms that committed themselves, and deposits are asked for.</summary>
internal static class AllotStand
{
    /// <summary>How the stand is divided.</summary>
    /// <param name="AvailableDm2">
    /// The stand without the common area, in square decimetres; absent for a firm: less its own part it is what the others have.
    /// </param>
    /// <param name="Scarce">True: firms asked for more than there is; absent for a firm, whose own part says why it is that.</param>
    /// <param name="DecidedBy">Account of the manager who decided; absent for a firm, and in a trial.</param>
    /// <param name="DecidedAt">When, UTC; absent in a trial.</param>
    /// <param name="Reproduced">True: worked out again now from the same requests, the result is the same.</param>
    /// <param name="Parts">The clean team reads all, a firm its own.</param>
    /// <param name="Later">What firms got since, from area that had become free: only for the clean team.</param>
    public sealed record Response(
        long? AvailableDm2, bool? Scarce, Guid? DecidedBy, DateTime? DecidedAt, bool Reproduced, IReadOnlyList<PartView> Parts,
        IReadOnlyList<GiftView> Later);

    /// <summary>Free area that a firm got after the allotment.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="AreaDm2">Its area from then on, in square decimetres.</param>
    /// <param name="Reason">Why a firm that waited longer was passed over; absent if none was.</param>
    /// <param name="GivenAt">When, UTC.</param>
    public sealed record GiftView(Guid MemberId, long AreaDm2, string? Reason, DateTime GivenAt);

    /// <summary>What a firm asked for and got.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="RequestedDm2">What it asked for, in square decimetres.</param>
    /// <param name="AllottedDm2">What it got, in square decimetres; 0: it waits.</param>
    /// <param name="Why">Which rule gave it that.</param>
    public sealed record PartView(Guid MemberId, long RequestedDm2, long AllottedDm2, AreaReason Why);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("editions/{id:guid}/allotment", AllotAsync).WithName(nameof(AllotStand)).For(Role.ConsortiumManager)
            .WithSummary("Divide the stand among the firms")
            .WithDescription(
                "For managers, once the call is over. If firms ask for more than there is, each gets its part in proportion, at least 4 "
                + "m² (R-504), by "
                + "largest remainder; if there is not even that for all, those that committed themselves last wait. Deposits of 30 % of the planned "
                + "shares are asked for (R-501), as far as there are planned costs. It can't be done again. With `trial` nothing is saved, "
                + "also while "
                + "the call is open. 409 CALL_OPEN; WRONG_STATE; NO_STAND when the stand has no area; NOBODY_COMMITTED; MEMBER_LEFT while a firm "
                + "that has left the consortium has not withdrawn.");
        routes.MapGet("editions/{id:guid}/allotment", GetAsync).WithName("GetStandAllotment")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read how the stand was divided")
            .WithDescription(
                "The clean team reads all requests and parts; a firm its own numbers and why, and nothing from which another's area follows. The "
                + "service works it out again at each reading and says whether the result is the same.");
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> AllotAsync(
        Guid id, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct,
        [Description("True: say what would happen, change nothing.")] bool trial = false)
    {
        if (trial)
        {
            return await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is { } tried
                ? TypedResults.Ok(
                    Of(Divide(tried, await CommittedAsync(id, db, ct), caller, clock.GetUtcNow().UtcDateTime), [], caller, saved: false))
                : Refusal.NotFound();
        }

        StandAllotment? allotment = null;
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                var now = clock.GetUtcNow().UtcDateTime;   // answers that came in time are saved, and no later one is
                if (edition.CallIsOpen(now))
                {
                    return new Refusal("CALL_OPEN", "Firms can still answer the call.").ToProblem();
                }

                var committed = await CommittedAsync(id, db, ct);
                allotment = Divide(edition, committed, caller, now);
                if (edition.MoveTo(FairState.Committed) is { } wrong)
                {
                    return wrong.ToProblem();
                }

                var left = await db.ThatLeftAsync(committed.Select(c => c.MemberId), ct);
                if ((left.Count > 0
                    ? new("MEMBER_LEFT", $"{string.Join(", ", left.Values.Order(StringComparer.Ordinal))} left the consortium: withdraw it first.")
                    : edition.StandAreaDm2 == 0 ? new("NO_STAND", "Say first how large the stand is.")
                    : committed.Count == 0 ? new Refusal("NOBODY_COMMITTED", "No firm has committed itself.") : null) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                db.Add(allotment);
                db.Record("STAND_ALLOTTED", id);
                foreach (var part in allotment.Parts)
                {
                    var commitment = committed.Find(c => c.MemberId == part.MemberId)!;
                    commitment.AllottedAreaDm2 = part.AllottedDm2;
                    commitment.State = part.AllottedDm2 > 0 ? CommitmentState.Committed : CommitmentState.Waiting;
                    commitment.Version++;
                }

                await db.SaveChangesAsync(ct);   // planned shares follow the areas
                await AskForDeposits.AskAsync(edition, committed, db, now, ct);
                return null;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(Of(allotment!, [], caller, saved: true));
    }

    private static Task<List<FairCommitment>> CommittedAsync(Guid id, TradeFairsDb db, CancellationToken ct) =>
        db.Commitments.Where(c => c.EditionId == id && c.State == CommitmentState.Committed).ToListAsync(ct);

    private static StandAllotment Divide(FairEdition edition, List<FairCommitment> committed, Caller caller, DateTime now)
    {
        var available = edition.StandAreaDm2 - edition.CommonAreaDm2;
        var requests = committed.OrderBy(c => c.MemberId)
            .Select(c => new AreaRequest(c.MemberId, c.RequestedAreaDm2, c.CommittedAt ?? c.CreatedAt) { MostDm2 = available }).ToList();
        return new()
        {
            EditionId = edition.Id, ConsortiumId = edition.ConsortiumId, AvailableDm2 = available, Requests = requests,
            Parts = AllotArea.Of(available, requests), DecidedBy = caller.UserId, DecidedAt = now,
        };
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(
        Guid id, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        // A firm reads its own part of the allotment, which as a whole it may not read.
        if (await db.Allotments.AcrossMembers().AsNoTracking().SingleOrDefaultAsync(a => a.EditionId == id, ct) is not { } allotment)
        {
            return Refusal.NotFound();
        }

        var gifts = await db.AreaGifts.AsNoTracking().Where(g => g.EditionId == id).OrderBy(g => g.GivenAt).ThenBy(g => g.Id).ToListAsync(ct);
        return TypedResults.Ok(Of(allotment, gifts, caller, saved: true));
    }

    private static Response Of(StandAllotment a, List<AreaGift> gifts, Caller caller, bool saved) => new(
        caller.IsCleanTeam ? a.AvailableDm2 : null,
        caller.IsCleanTeam ? a.Requests.Sum(r => r.RequestedDm2) > a.AvailableDm2 : null,
        saved && caller.IsCleanTeam ? a.DecidedBy : null,
        saved ? a.DecidedAt : null,
        AllotArea.Of(a.AvailableDm2, a.Requests).SequenceEqual(a.Parts),
        [
            .. a.Parts.Where(p => caller.IsCleanTeam || p.MemberId == caller.MemberId).Select(p => new PartView(
                p.MemberId, a.Requests.Find(r => r.MemberId == p.MemberId)!.RequestedDm2, p.AllottedDm2, p.Why)),
        ],
        gifts.ConvertAll(g => new GiftView(g.MemberId, g.AreaDm2, g.Reason, g.GivenAt)));
}
