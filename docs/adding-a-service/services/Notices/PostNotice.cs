namespace ExportConsortia.Notices;

/// <summary>The manager posts a notice to a member firm.</summary>
internal static class PostNotice
{
    /// <summary>A notice.</summary>
    public sealed record Request
    {
        /// <summary>The member firm that may read it.</summary>
        public required Guid MemberId { get; init; }

        /// <summary>What it says, 1 to 1000 characters.</summary>
        /// <example>Please declare your capacity for March.</example>
        public required string Text { get; init; }
    }

    /// <summary>The posted notice.</summary>
    /// <param name="NoticeId">Its id.</param>
    public sealed record Response(Guid NoticeId);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("notices", HandleAsync)
        .WithName(nameof(PostNotice)).For(Role.ConsortiumManager)
        .WithSummary("Post a notice to a member firm")
        .WithDescription("The firm must belong to the caller's consortium.")
        .WithExample(new Request
        {
            MemberId = new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), Text = "Please declare your capacity for March.",
        });

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Request request, NoticesDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var text = errors.Text(request.Text, "text", 1000);
        errors.Unless(await db.Members.AnyAsync(m => m.Id == request.MemberId, ct), "memberId", "Must be a member firm of the consortium.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var notice = new Notice(Guid.CreateVersion7(), caller.ConsortiumId, request.MemberId, text, clock.GetUtcNow().UtcDateTime);
        db.Add(notice);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(new Response(notice.Id));
    }
}
