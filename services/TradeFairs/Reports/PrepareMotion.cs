using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Reports;

/// <summary>After the fair the manager prepares the motion to go again; Membership votes on it.</summary>
internal static class PrepareMotion
{
    /// <summary>The motion.</summary>
    /// <param name="Title">1 to 200 characters.</param>
    /// <param name="Text">1 to 4,000 characters. Everybody reads it: no firm's own figures belong in it.</param>
    public sealed record Request(string Title, string Text);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("editions/{id:guid}/motion", HandleAsync).WithName("PrepareRepeatMotion")
        .For(Role.ConsortiumManager)
        .WithSummary("Prepare the motion to take part again")
        .WithDescription(
            "For managers, once the fair is over; again replaces it. It is published for the vote. The first time, send If-Match \"0\". 409 "
            + "WRONG_STATE before the edition is being settled.")
        .WithExample(new Request("Again in Cologne in 2028", "60 m² as this year, at most EUR 30,000.00."))
        .WithIfMatch();

    private static async Task<Results<Ok<MotionView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        var motion = await db.RepeatMotions.SingleOrDefaultAsync(m => m.EditionId == id, ct);
        if (EntityTag.Check(http.Request, motion?.Version ?? 0) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        var title = errors.Text(request.Title, "title", RepeatMotion.LongestTitle);
        var text = request.Text?.Trim() ?? "";
        errors.Unless(text.Length is > 0 and <= RepeatMotion.LongestText, "text", $"Must have 1 to {RepeatMotion.LongestText:N0} characters.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (edition.State is not (FairState.Settling or FairState.Closed))
        {
            return new Refusal("WRONG_STATE", "The fair isn't over yet.").ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        motion ??= db.Add(new RepeatMotion { EditionId = id, ConsortiumId = edition.ConsortiumId, MotionId = Guid.CreateVersion7() }).Entity;
        (motion.Title, motion.Text, motion.PreparedAt, motion.PreparedBy) = (title, text, now, caller.UserId);
        motion.Version++;
        db.Record("FAIR_MOTION_PREPARED", id);
        db.Publish(motion.MotionId, new MotionPrepared(edition.ConsortiumId, motion.MotionId, "FairRepeat", id, title, text, now));
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, motion.Version);
        return TypedResults.Ok(MotionView.Of(motion));
    }
}

/// <summary>The motion to take part again.</summary>
/// <param name="MotionId">The motion.</param>
/// <param name="Title">Its title.</param>
/// <param name="Text">Its text.</param>
/// <param name="PreparedAt">When, UTC.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
public sealed record MotionView(Guid MotionId, string Title, string Text, DateTime PreparedAt, long Version)
{
    internal static MotionView Of(RepeatMotion m) => new(m.MotionId, m.Title, m.Text, m.PreparedAt, m.Version);
}
