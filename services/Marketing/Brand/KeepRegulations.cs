namespace ExportConsortia.Marketing.Brand;

/// <summary>The regulations of the collective brand: the manager publishes versions, everybody reads them.</summary>
internal static class KeepRegulations
{
    private const int LongestText = 100_000;
    private const int Most = 500;

    /// <summary>A new version.</summary>
    /// <param name="Text">The whole text, 1 to 100,000 characters.</param>
    /// <param name="EffectiveOn">First day on which it holds: today at the consortium's seat or later.</param>
    public sealed record Request(string Text, DateOnly EffectiveOn);

    /// <summary>A version of the regulations.</summary>
    /// <param name="Version">1, 2, 3 …</param>
    /// <param name="Text">The whole text.</param>
    /// <param name="EffectiveOn">First day on which it holds.</param>
    /// <param name="PublishedAt">When it was published, UTC.</param>
    /// <param name="PublishedBy">The account of the manager who published it.</param>
    public sealed record Response(int Version, string Text, DateOnly EffectiveOn, DateTime PublishedAt, Guid PublishedBy);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("brand/regulations", PublishAsync).WithName("PublishBrandRegulations").For(Role.ConsortiumManager)
            .WithSummary("Publish a version of the brand's regulations")
            .WithDescription("For managers. A version never changes; a later one replaces it from its day on. 409 VERSION_LIMIT at 500.")
            .WithExample(new Request("§ 1 The mark may be used by members that hold a licence …", new(2027, 1, 1)));
        routes.MapGet("brand/regulations", ListAsync).WithName("ListBrandRegulations").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read the brand's regulations")
            .WithDescription("For everybody in the consortium: the versions, the latest first, at most 20.");
    }

    private static async Task<Results<Created<Response>, ProblemHttpResult>> PublishAsync(
        Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var today = (await db.ConsortiumAsync(caller.ConsortiumId, ct)).Day(now);
        var errors = new InputErrors();
        errors.Unless(!string.IsNullOrWhiteSpace(request.Text) && request.Text.Length <= LongestText, "text", $"Must have 1 to {LongestText:N0} "
            + $"characters.");
        errors.Unless(request.EffectiveOn >= today, "effectiveOn", "Must be today or later: regulations aren't retroactive.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var last = await db.BrandRegulations.MaxAsync(r => (int?)r.Version, ct) ?? 0;
        if (last >= Most)
        {
            return new Refusal("VERSION_LIMIT", $"There are {Most} versions, as many as there can be.").ToProblem();
        }

        var regulation = db.Add(new BrandRegulation
        {
            ConsortiumId = caller.ConsortiumId,
            Version = last + 1,
            Text = request.Text,
            EffectiveOn = request.EffectiveOn,
            PublishedAt = now,
            PublishedBy = caller.UserId,
        }).Entity;
        db.Record("BRAND_REGULATIONS_PUBLISHED");
        await db.SaveChangesAsync(ct);
        return TypedResults.Created("/api/marketing/brand/regulations", View(regulation));
    }

    private static async Task<Ok<List<Response>>> ListAsync(MarketingDb db, CancellationToken ct) =>
        TypedResults.Ok((await db.BrandRegulations.AsNoTracking().OrderByDescending(r => r.Version).Take(20).ToListAsync(ct)).ConvertAll(View));

    private static Response View(BrandRegulation r) => new(r.Version, r.Text, r.EffectiveOn, r.PublishedAt, r.PublishedBy);
}
