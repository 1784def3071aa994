namespace ExportConsortia.Marketing.Brand;

/// <summary>
/// The ladder of sanctions: a warning, a suspension with or without an end, the withdrawal; each with its reason and a day to appeal until.
/// </summary>
internal static class SanctionLicence
{
    private const int LongestReason = 1000;

    /// <summary>A step of the ladder.</summary>
    public sealed record Request
    {
        /// <summary>Why, 1 to 1,000 characters; the firm reads it.</summary>
        public required string Reason { get; init; }

        /// <summary>Last day on which the firm can appeal, today or later.</summary>
        public required DateOnly AppealUntil { get; init; }

        /// <summary>Of a suspension: first day on which the licence holds again, after today; absent: until it is restored.</summary>
        public DateOnly? Until { get; init; }

        /// <summary>True: so grave that earlier steps of the ladder are passed over.</summary>
        public bool Grave { get; init; }
    }

    /// <summary>Why the licence holds again.</summary>
    /// <param name="Reason">1 to 1,000 characters; the firm reads it.</param>
    public sealed record RestoreRequest(string Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        Step("warnings", "WarnBrandUser", SanctionKind.Warning, "Warn a firm", "The licence stays as it is.");
        Step("suspension", "SuspendBrandLicence", SanctionKind.Suspension, "Suspend a licence",
            "The firm may not use the brand, until the day that you name or until you restore it. 409 LADDER without an earlier warning, unless the "
            + "matter is grave.");
        Step("withdrawal", "WithdrawBrandLicence", SanctionKind.Withdrawal, "Withdraw a licence",
            "The firm may use the brand no longer. 409 LADDER without an earlier suspension, unless the matter is grave.");
        routes.MapPost("brand/licences/{id:guid}/restoration", RestoreAsync).WithName("RestoreBrandLicence").For(Role.ConsortiumManager)
            .WithSummary("Restore a licence")
            .WithDescription("After a suspension, or a withdrawal against which the firm appealed. 409 ALREADY_DECIDED if it holds; "
                + "ALREADY_LICENSED if the firm was given another licence for the same since.")
            .WithExample(new RestoreRequest("The appeal was right: the goods were another firm's."));

        void Step(string path, string name, SanctionKind kind, string summary, string description) => routes.MapPost(
                $"brand/licences/{{id:guid}}/{path}",
                (Guid id, Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
                    ImposeAsync(id, kind, request, db, caller, clock, ct))
            .WithName(name).For(Role.ConsortiumManager)
            .WithSummary(summary)
            .WithDescription($"For managers, with a reason and a day until which the firm can appeal. {description} 409 ALREADY_DECIDED if it was "
                + $"withdrawn.")
            .WithExample(new Request { Reason = "The mark was on goods without a licence.", AppealUntil = new(2027, 6, 30) });
    }

    private static async Task<Results<Ok<LicenceView>, ProblemHttpResult>> ImposeAsync(
        Guid id, SanctionKind kind, Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        var today = consortium.Day(now);
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", LongestReason);
        errors.Unless(request.AppealUntil >= today, "appealUntil", "Must be today or later.");
        errors.Unless(
            request.Until is null || (kind == SanctionKind.Suspension && request.Until > today), "until", "Only of a suspension, and after today.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.BrandLicences.SingleOrDefaultAsync(l => l.Id == id, ct) is not { } licence)
        {
            return Refusal.NotFound();
        }

        DateTime? resumesAt = request.Until is { } until ? consortium.BeginningOf(until) : null;
        if (licence.Impose(new(kind, now, caller.UserId, reason, request.AppealUntil, request.Until), request.Grave, resumesAt) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Record($"LICENCE_{kind.ToString().ToUpperInvariant()}", id, reason);
        if (kind != SanctionKind.Warning)
        {
            db.Publish(licence.Id, licence.ToEvent());
        }

        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(LicenceView.Of(licence));
    }

    private static async Task<Results<Ok<LicenceView>, ProblemHttpResult>> RestoreAsync(
        Guid id, RestoreRequest request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.BrandLicences.SingleOrDefaultAsync(l => l.Id == id, ct) is not { } licence)
        {
            return Refusal.NotFound();
        }

        if (licence.State == LicenceState.Withdrawn && await GrantLicence.HasAnotherAsync(licence.Id, licence.MemberId, licence.ProductCode, db, ct))
        {
            return new Refusal("ALREADY_LICENSED", "The firm has another licence for the same by now.").ToProblem();
        }

        if (licence.Restore(caller.UserId, reason, clock.GetUtcNow().UtcDateTime) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Record("LICENCE_RESTORED", id, reason);
        db.Publish(licence.Id, licence.ToEvent());
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(LicenceView.Of(licence));
    }
}
