using ExportConsortia.TradeFairs.Costs;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Charges;

/// <summary>
/// Deposits: 30 % of each firm's planned share, asked for once the area is allotted, because before that nobody's share is known. A firm that
/// gets area later is asked then, and all that were not asked when costs are planned later.
/// </summary>
internal static class AskForDeposits
{
    private const int DepositPercent = 30;
    private const int DaysToPay = 14;

    /// <summary>The charges that were asked for now.</summary>
    /// <param name="Charges">One for each firm that had not been asked.</param>
    public sealed record Response(IReadOnlyList<ChargeView> Charges);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("editions/{id:guid}/deposits", HandleAsync).WithName(nameof(AskForDeposits)).For(Role.ConsortiumManager)
            .WithSummary("Ask firms for the deposits that they were not asked for")
            .WithDescription(
                "For managers, when costs were planned after the area was allotted: 30 % of the planned share of each firm at the stand, "
                + "payable in 14 "
                + "days and before the fair opens (R-501). Nobody is asked twice. 409 NOT_ALLOTTED before the allotment; EDITION_ENDED.");
        routes.MapGet("editions/{id:guid}/charges", ListAsync).WithName("ListFairCharges").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List what firms were asked to pay for an edition")
            .WithDescription("The clean team reads all, a firm its own.");
    }

    /// <summary>Asks with the next save.</summary>
    public static async Task<List<FairCharge>> AskAsync(
        FairEdition edition, IEnumerable<FairCommitment> commitments, TradeFairsDb db, DateTime now, CancellationToken ct)
    {
        var planned = await PlannedShare.OfAllAsync(db, edition, ct);
        var before = await db.Charges.Where(c => c.EditionId == edition.Id && c.Kind == FairChargeKind.Deposit).GroupBy(c => c.MemberId)
            .ToDictionaryAsync(g => g.Key, g => g.Sum(c => c.AmountMinor), ct);
        var dueOn = edition.Zone.DayAt(now).AddDays(DaysToPay);
        var asked = new List<FairCharge>();
        foreach (var commitment in commitments.Where(c => c is { State: CommitmentState.Committed, AllottedAreaDm2: > 0 }).OrderBy(c => c.MemberId))
        {
            // For more area that came later, the rest of the deposit of the larger share.
            var share = planned.GetValueOrDefault(commitment.MemberId);
            var deposit = Deposit(share?.GrossMinor ?? 0) - before.GetValueOrDefault(commitment.MemberId);
            if (await db.AskForAsync(
                edition, commitment.MemberId, FairChargeKind.Deposit,
                ChargeFirms.IdOf(FairChargeKind.Deposit, commitment.Id, (share?.Number ?? 1) - 1), Math.Max(0, deposit),
                dueOn < edition.OpensOn ? dueOn : edition.OpensOn, now, ct) is { } charge)
            {
                asked.Add(charge);
            }
        }

        return asked;
    }

    /// <summary>30 % of a share, in minor units, half a unit up.</summary>
    public static long Deposit(long shareMinor) => (long)(((Int128)Math.Max(0, shareMinor) * DepositPercent + 50) / 100);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, TradeFairsDb db, TimeProvider clock, CancellationToken ct)
    {
        List<FairCharge> asked = [];
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                if ((edition.RefuseEnded()
                    ?? (edition.HasStand ? null : new Refusal("NOT_ALLOTTED", "The area is not allotted: nobody's share is known."))) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                var commitments = await db.Commitments.Where(c => c.EditionId == id).ToListAsync(ct);
                asked = await AskAsync(edition, commitments, db, clock.GetUtcNow().UtcDateTime, ct);
                return null;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(new Response(asked.ConvertAll(ChargeView.Of)));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ListAsync(Guid id, TradeFairsDb db, CancellationToken ct) =>
        await db.Editions.AnyAsync(e => e.Id == id, ct)
            ? TypedResults.Ok(new Response((await db.Charges.AsNoTracking().Where(c => c.EditionId == id).OrderBy(c => c.AskedAt).ThenBy(c => c.Id)
                .ToListAsync(ct)).ConvertAll(ChargeView.Of)))
            : Refusal.NotFound();
}

/// <summary>Money that a firm was asked for.</summary>
/// <param name="Id">The charge; the same as in the books.</param>
/// <param name="MemberId">The firm.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="AmountMinor">In minor units of the currency; negative: the firm gets money back.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="DueOn">Day until which it is to be paid.</param>
/// <param name="AskedAt">When it was asked for, UTC.</param>
public sealed record ChargeView(
    Guid Id, Guid MemberId, FairChargeKind Kind, long AmountMinor, string Currency, DateOnly DueOn, DateTime AskedAt)
{
    internal static ChargeView Of(FairCharge c) => new(c.Id, c.MemberId, c.Kind, c.AmountMinor, c.Currency, c.DueOn, c.AskedAt);
}
