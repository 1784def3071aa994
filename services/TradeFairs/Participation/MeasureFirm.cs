using ExportConsortia.TradeFairs.Costs;
using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Participation;

/// <summary>
/// A firm says how much freight it sends and how many pieces it shows; the forwarder measures and somebody counts at the stand. What was measured is
/// what costs are shared by from then on, and the firm reads it with where it comes from.
/// </summary>
internal static class MeasureFirm
{
    /// <summary>What was measured.</summary>
    /// <param name="VolumeLitres">Its freight, in litres, 0 to 10,000,000: 1 m³ is 1,000.</param>
    /// <param name="ExhibitCount">How many pieces it shows, 0 to 10,000.</param>
    /// <param name="Source">Where that is from, such as the waybill's number, 1 to 200 characters; the firm reads it.</param>
    public sealed record Request(long VolumeLitres, int ExhibitCount, string Source);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("editions/{id:guid}/commitments/{memberId:guid}/measured", HandleAsync).WithName("MeasureFairFirm")
            .For(Role.ConsortiumManager)
            .WithSummary("Record a firm's measured freight and its counted pieces")
            .WithDescription(
                "For managers, for a firm at the stand, until the costs are settled: costs by volume and by exhibit count follow it instead of what "
                + "the firm said. Deposit and penalty stay those of the approved plan. Send the commitment's version as If-Match. 409 NOT_ALLOTTED; "
                + "NOT_COMMITTED; COSTS_SETTLED; EDITION_ENDED.")
            .WithExample(new Request(2140, 12, "Waybill 4711 of 8 January")).WithIfMatch();

    private static async Task<Results<Ok<CommitmentView>, ProblemHttpResult>> HandleAsync(
        Guid id, Guid memberId, Request request, HttpContext http, TradeFairsDb db, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(
            request.VolumeLitres is >= 0 and <= FairCommitment.MostLitres, "volumeLitres", $"Must be 0 to {FairCommitment.MostLitres:N0}.");
        errors.Unless(
            request.ExhibitCount is >= 0 and <= FairCommitment.MostExhibits, "exhibitCount", $"Must be 0 to {FairCommitment.MostExhibits:N0}.");
        var source = errors.Text(request.Source, "source", FairCommitment.LongestSource);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        FairCommitment? own = null;
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                own = await db.Commitments.SingleOrDefaultAsync(c => c.EditionId == id && c.MemberId == memberId, ct);
                var costs = await db.Costs.SingleOrDefaultAsync(c => c.EditionId == id, ct);
                if (own is null || EntityTag.Check(http.Request, own.Version) is not null)
                {
                    return own is null ? Refusal.NotFound() : EntityTag.Check(http.Request, own.Version);
                }

                if ((edition.RefuseEnded() ?? costs?.RefuseChange()
                    ?? (edition.HasStand ? null : new Refusal("NOT_ALLOTTED", "The area is not allotted."))
                    ?? (own.State == CommitmentState.Committed ? null : new("NOT_COMMITTED", "The firm has no place at the stand."))) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                (own.MeasuredLitres, own.MeasuredExhibits, own.MeasuredFrom) = (request.VolumeLitres, request.ExhibitCount, source);
                own.MeasuredAt = clock.GetUtcNow().UtcDateTime;
                own.Version++;
                if (costs is not null)
                {
                    costs.Version++;   // whoever read the shares before reads them again
                    await db.SaveChangesAsync(ct);
                    await db.KeepAidAsync(edition, costs, ct);
                }

                return null;
            },
            ct);
        if (refused is not null)
        {
            return refused;
        }

        EntityTag.Write(http.Response, own!.Version);
        var name = await db.Members.Where(m => m.Id == memberId).Select(m => m.Name).SingleOrDefaultAsync(ct);
        return TypedResults.Ok(CommitmentView.Of(own, name ?? "", null));
    }
}
