namespace ExportConsortia.Marketing.Brand;

/// <summary>
/// The ladder of sanctions: a warning, a suspension with or without an end, the withdrawal; each with its reason and a day to appeal until. The
/// withdrawal, and back, needs a second person, as does a step that passes over earlier ones, or a suspension that is long or comes without notice.
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

    /// <summary>Why not.</summary>
    /// <param name="Reason">1 to 1,000 characters; kept for good.</param>
    public sealed record RefusalRequest(string Reason);

    /// <summary>Why the licence holds again.</summary>
    /// <param name="Reason">1 to 1,000 characters; the firm reads it.</param>
    public sealed record RestoreRequest(string Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        Step("warnings", "WarnBrandUser", SanctionKind.Warning, "Warn a firm", "The licence stays as it is.");
        Step("suspension", "SuspendBrandLicence", SanctionKind.Suspension, "Suspend a licence",
            "The firm may not use the brand, until the day that you name or until you restore it. 409 LADDER without a warning since the licence was "
            + "restored last, unless the matter is grave. It is proposed, and a second person approves it, unless a warning is 30 days old, its "
            + "appeal day has passed, and the suspension ends within 30 days.");
        Step("withdrawal", "WithdrawBrandLicence", SanctionKind.Withdrawal, "Withdraw a licence",
            "It is proposed: once a second person has approved it the firm may use the brand no longer. 409 LADDER without an earlier suspension, "
            + "unless the matter is grave.");
        routes.MapPost("brand/licences/{id:guid}/approval", ApproveAsync).WithName("ApproveLicenceSanction")
            .For(Role.Auditor, Role.ConsortiumManager)
            .WithSummary("Approve as the second person what is to be imposed on a licence")
            .WithDescription("With If-Match: what is approved is what was read. `SECOND_APPROVER_REQUIRED` for the author and for an account behind "
                + "which the same account stands (F-G3); `OFFER_EXPIRED` if a proposed day has passed; ALREADY_DECIDED if nothing is proposed; every "
                + "refusal of the step can occur.")
            .WithIfMatch();
        routes.MapPost("brand/licences/{id:guid}/refusal", RefuseAsync).WithName("RefuseLicenceSanction")
            .For(Role.Auditor, Role.ConsortiumManager)
            .WithSummary("Refuse or withdraw what is to be imposed on a licence")
            .WithDescription("By the second person or any manager. ALREADY_DECIDED if nothing is proposed.")
            .WithExample(new RefusalRequest("A warning is enough."));
        routes.MapPost("brand/licences/{id:guid}/restoration", RestoreAsync).WithName("RestoreBrandLicence").For(Role.ConsortiumManager)
            .WithSummary("Restore a licence")
            .WithDescription("After a suspension; or a withdrawal against which the firm appealed: then it is proposed, and a second person approves "
                + "it. 409 ALREADY_DECIDED if it holds; ALREADY_LICENSED if the firm was given another licence for the same since.")
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

        if (licence.CannotImpose(kind, request.Grave) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var step = new Sanction(kind, now, caller.UserId, reason, request.AppealUntil, request.Until);
        await ImposeOrProposeAsync(licence, step, request.Grave, consortium, caller, db, ct);
        return TypedResults.Ok(LicenceView.Of(licence));
    }

    private static async Task ImposeOrProposeAsync(
        BrandLicence licence, Sanction step, bool grave, Consortium consortium, Caller caller, MarketingDb db, CancellationToken ct)
    {
        if (licence.NeedsSecond(step.Kind, step.Until, consortium.Day(step.At)))
        {
            licence.Propose(new(step.Kind, step.Reason!, step.AppealUntil, step.Until, grave, caller.UserId, step.At)
            {
                Controllers = caller.Behind,
            });
            db.Record($"LICENCE_{step.Kind.ToString().ToUpperInvariant()}_PROPOSED", licence.Id, step.Reason, firm: licence.MemberId);
        }
        else
        {
            Impose(licence, step, grave, consortium, db);
        }

        await db.SaveChangesAsync(ct);
    }

    private static async Task<Results<Ok<LicenceView>, ProblemHttpResult>> ApproveAsync(
        Guid id, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.BrandLicences.SingleOrDefaultAsync(l => l.Id == id, ct) is not { } licence)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, licence.Version) is { } stale)
        {
            return stale;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        var today = consortium.Day(now);
        var refusal = licence.Proposal is not { } proposal ? SecondPerson.NothingProposed()
            : SecondPerson.Refuse(caller, proposal.By, proposal.Controllers)
                ?? (proposal.AppealUntil < today || proposal.Until <= today
                    ? new("OFFER_EXPIRED", "A day that was proposed has passed: propose it again.")
                    : licence.CannotImpose(proposal.Kind, proposal.Grave)
                        ?? (proposal.Kind == SanctionKind.Restoration ? await HasAnotherAsync(licence, db, ct) : null));
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        var (kind, grave) = (licence.Proposal!.Kind, licence.Proposal.Grave);
        var sanction = new Sanction(kind, now, licence.Proposal.By, licence.Proposal.Reason, licence.Proposal.AppealUntil, licence.Proposal.Until)
        {
            ApprovedBy = caller.UserId,
        };
        licence.Propose(null);
        Impose(licence, sanction, grave, consortium, db);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, licence.Version);
        return TypedResults.Ok(LicenceView.Of(licence));
    }

    private static async Task<Results<Ok<LicenceView>, ProblemHttpResult>> RefuseAsync(
        Guid id, RefusalRequest request, MarketingDb db, CancellationToken ct)
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

        if (licence.Proposal is null)
        {
            return SecondPerson.NothingProposed().ToProblem();
        }

        licence.Propose(null);
        db.Record("LICENCE_SANCTION_REFUSED", id, reason, firm: licence.MemberId);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(LicenceView.Of(licence));
    }

    private static void Impose(BrandLicence licence, Sanction sanction, bool grave, Consortium consortium, MarketingDb db)
    {
        DateTime? resumesAt = sanction.Until is { } until ? consortium.BeginningOf(until) : null;
        if (licence.Impose(sanction, grave, resumesAt) is { } refusal)
        {
            throw new InvalidOperationException(refusal.ToString());   // asked before
        }

        if (sanction.Kind == SanctionKind.Restoration)
        {
            db.Record("LICENCE_RESTORED", licence.Id, sanction.Reason, firm: licence.MemberId);
        }
        else
        {
            db.Record($"LICENCE_{sanction.Kind.ToString().ToUpperInvariant()}", licence.Id, sanction.Reason, firm: licence.MemberId);
        }

        if (sanction.Kind != SanctionKind.Warning)
        {
            db.Publish(licence.Id, licence.ToEvent());
        }
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

        if ((await HasAnotherAsync(licence, db, ct) ?? licence.CannotImpose(SanctionKind.Restoration, false)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var step = new Sanction(SanctionKind.Restoration, clock.GetUtcNow().UtcDateTime, caller.UserId, reason, null, null);
        await ImposeOrProposeAsync(licence, step, false, await db.ConsortiumAsync(caller.ConsortiumId, ct), caller, db, ct);
        return TypedResults.Ok(LicenceView.Of(licence));
    }

    private static async Task<Refusal?> HasAnotherAsync(BrandLicence licence, MarketingDb db, CancellationToken ct) =>
        licence.State == LicenceState.Withdrawn && await GrantLicence.HasAnotherAsync(licence.Id, licence.MemberId, licence.ProductCode, db, ct)
            ? new("ALREADY_LICENSED", "The firm has another licence for the same by now.") : null;
}
