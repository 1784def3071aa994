namespace ExportConsortia.Marketing.Brand;

/// <summary>The manager gives a firm a licence to use the collective brand, and moves its end; a firm reads its own.</summary>
internal static class GrantLicence
{
    private const int MostOfFirm = 1000;
    private const int LongestReason = 1000;

    /// <summary>A licence.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="From">First day.</param>
    /// <param name="ProductCode">A product of the list; absent: all products of the firm.</param>
    /// <param name="Until">First day after it; absent: no end.</param>
    /// <param name="Reason">Why, 1 to 1,000 characters; the firm reads it.</param>
    public sealed record Request(Guid MemberId, DateOnly From, string? ProductCode = null, DateOnly? Until = null, string? Reason = null);

    /// <summary>Another end.</summary>
    /// <param name="Until">First day after the licence; absent: no end.</param>
    /// <param name="Reason">Why, 1 to 1,000 characters; the firm reads it.</param>
    public sealed record EndRequest(DateOnly? Until = null, string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("brand/licences", GrantAsync).WithName("GrantBrandLicence").For(Role.ConsortiumManager)
            .WithSummary("Give a firm a licence")
            .WithDescription(
                "For one product or for all that the firm makes, under the regulations in force, with a reason. 409 NO_REGULATIONS if no version "
                + "was published; ALREADY_LICENSED if the firm has a licence for the same that wasn't withdrawn; LICENCE_LIMIT at 1,000 of a firm.")
            .WithExample(new Request(new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), new(2027, 1, 1), "TK-12", new(2029, 1, 1), "Inspected."));
        routes.MapPut("brand/licences/{id:guid}", MoveEndAsync).WithName("MoveBrandLicenceEnd").For(Role.ConsortiumManager)
            .WithSummary("Move the end of a licence")
            .WithDescription("For managers, with a reason. 409 LADDER if the end comes nearer and is less than 30 days away: that is a matter of "
                + "warning, suspension and withdrawal; ALREADY_DECIDED if it was withdrawn.")
            .WithExample(new EndRequest(new(2030, 1, 1), "Inspected again."))
            .WithIfMatch();
        routes.MapGet("brand/licences", ListAsync).WithName("ListBrandLicences").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List licences")
            .WithDescription("The clean team reads all, a firm its own, with what was imposed on them. At most 1,000.");
        routes.MapGet("brand/licences/{id:guid}", GetAsync).WithName("GetBrandLicence").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read a licence")
            .WithDescription("The clean team and the firm. Send the response's ETag as If-Match when you move its end.");
    }

    private static async Task<Results<Created<LicenceView>, ProblemHttpResult>> GrantAsync(
        Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var today = (await db.ConsortiumAsync(caller.ConsortiumId, ct)).Day(now);
        var errors = new InputErrors();
        errors.Unless(
            await db.Members.AnyAsync(m => m.Id == request.MemberId && m.Standing != MemberStanding.Left, ct), "memberId", "There is no such "
                + "member firm.");
        errors.Unless(
            request.ProductCode is null || await db.Products.AnyAsync(p => p.Code == request.ProductCode, ct),
            "productCode", "Is not a product of the list.");
        errors.Unless(request.Until is null || request.Until > request.From, "until", "Must be after the first day.");
        errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        ProblemHttpResult? refused = null;
        BrandLicence? licence = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                // Two licences for the same, granted at the same moment, would need two sanctions.
                await db.LockAsync(db.Members.Where(m => m.Id == request.MemberId).OrderBy(m => m.Id), ct);
                (refused, licence) = await AddAsync(request, today, now, db, caller, ct);
                return licence is not null;
            },
            ct);
        return refused is not null ? refused : TypedResults.Created($"/api/marketing/brand/licences/{licence!.Id}", LicenceView.Of(licence));
    }

    /// <summary>True if the firm has another licence for the same that was not withdrawn.</summary>
    public static Task<bool> HasAnotherAsync(Guid id, Guid memberId, string? productCode, MarketingDb db, CancellationToken ct) =>
        db.BrandLicences.AnyAsync(
            l => l.Id != id && l.MemberId == memberId && l.ProductCode == productCode && l.State != LicenceState.Withdrawn, ct);

    private static async Task<(ProblemHttpResult? Refused, BrandLicence? Licence)> AddAsync(
        Request request, DateOnly today, DateTime now, MarketingDb db, Caller caller, CancellationToken ct)
    {
        var regulation = await db.BrandRegulations.Where(r => r.EffectiveOn <= today).MaxAsync(r => (int?)r.Version, ct);
        var refusal = regulation is null ? new Refusal("NO_REGULATIONS", "Publish the regulations first: a licence is given under them.")
            : await HasAnotherAsync(Guid.Empty, request.MemberId, request.ProductCode, db, ct)
                ? new("ALREADY_LICENSED", "The firm has a licence for the same: move its end, or restore it.")
            : await db.BrandLicences.CountAsync(l => l.MemberId == request.MemberId, ct) >= MostOfFirm
                ? new("LICENCE_LIMIT", $"The firm has {MostOfFirm} licences, as many as it can.")
            : null;
        if (refusal is not null)
        {
            return (refusal.ToProblem(), null);
        }

        var licence = db.Add(new BrandLicence
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = caller.ConsortiumId,
            MemberId = request.MemberId,
            ProductCode = request.ProductCode,
            RegulationVersion = regulation!.Value,
            From = request.From,
            Until = request.Until,
            Changes = [new(LicenceChangeKind.Granted, now, caller.UserId, request.Reason!.Trim(), request.Until)],
            ChangedAt = now,
            Version = 1,
        }).Entity;
        db.Record("LICENCE_GRANTED", licence.Id, request.Reason.Trim(), firm: licence.MemberId);
        db.Publish(licence.Id, licence.ToEvent());
        await db.SaveChangesAsync(ct);
        return (null, licence);
    }

    private static async Task<Results<Ok<LicenceView>, ProblemHttpResult>> MoveEndAsync(
        Guid id, EndRequest request, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.BrandLicences.SingleOrDefaultAsync(l => l.Id == id, ct) is not { } licence)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, licence.Version) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        errors.Unless(request.Until is null || request.Until > licence.From, "until", "Must be after the first day.");
        var reason = errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var today = (await db.ConsortiumAsync(caller.ConsortiumId, ct)).Day(now);
        if (licence.MoveEnd(request.Until, today, caller.UserId, reason, now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Record("LICENCE_END_MOVED", id, reason, firm: licence.MemberId);
        db.Publish(licence.Id, licence.ToEvent());
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, licence.Version);
        return TypedResults.Ok(LicenceView.Of(licence));
    }

    private static async Task<Ok<List<LicenceView>>> ListAsync(MarketingDb db, CancellationToken ct) => TypedResults.Ok(
        (await db.BrandLicences.AsNoTracking().OrderBy(l => l.MemberId).ThenBy(l => l.ProductCode).ThenBy(l => l.Id).Take(1000).ToListAsync(ct))
            .ConvertAll(LicenceView.Of));

    private static async Task<Results<Ok<LicenceView>, ProblemHttpResult>> GetAsync(
        Guid id, HttpResponse response, MarketingDb db, CancellationToken ct)
    {
        if (await db.BrandLicences.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, ct) is not { } licence)
        {
            return Refusal.NotFound();
        }

        EntityTag.Write(response, licence.Version);
        return TypedResults.Ok(LicenceView.Of(licence));
    }
}
