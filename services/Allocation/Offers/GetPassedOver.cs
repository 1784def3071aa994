using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Offers;

/// <summary>
/// A member firm reads why a run offered it nothing of a line: its own reason in its own numbers, and nothing of another firm or of the order
/// (F-C2).
/// </summary>
internal static class GetPassedOver
{
    /// <summary>Why a run offered the firm nothing of a line.</summary>
    /// <param name="OrderId">The order.</param>
    /// <param name="LineId">Its line.</param>
    /// <param name="At">When the run's offers went out, UTC.</param>
    /// <param name="Code">The reason, for example <c>NO_FREE_CAPACITY</c>.</param>
    /// <param name="Explanation">The rule and the reason in a sentence, with the firm's own numbers.</param>
    public sealed record PassedOverView(Guid OrderId, string LineId, DateTime At, string Code, ExplanationStep Explanation);

    /// <summary>The reasons of a page of the runs that passed the firm over, the latest first.</summary>
    /// <param name="PassedOver">One for each line of which the firm was offered nothing.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record PassedOverPage(IReadOnlyList<PassedOverView> PassedOver, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("passed-over", HandleAsync)
        .WithName(nameof(GetPassedOver)).For(Role.MemberUser)
        .WithSummary("Read why your firm was offered nothing of a line")
        .WithDescription("The firm's own reasons, latest run first: the code, and the rule in a sentence with the firm's own numbers. Nothing of "
            + "other firms, of prices, or of how many pieces are ordered; nor the same reason again, round after round. Filter with `orderId`; "
            + "`limit` counts the runs that passed the firm over, 1 to 200, default 50; `before` is the last page's `before`.");

    private static async Task<Results<Ok<PassedOverPage>, ProblemHttpResult>> HandleAsync(
        AllocationDb db, int? limit, Guid? before, Guid? orderId, CancellationToken ct)
    {
        var (refused, rows, most) = await db.PassedOver.PageAsync(
            nameof(FirmPassedOver.At), limit, before, own => orderId == null || own.OrderId == orderId, ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        return TypedResults.Ok(new PassedOverPage(
            [.. from own in page
                from line in own.Reasons
                select new PassedOverView(own.OrderId, line.LineId, own.At, line.Code, line.Explanation)],
            page.Count == most ? page[^1].Id : null));
    }
}
