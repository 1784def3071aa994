using System.ComponentModel;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>A firm keeps its certificates, which its sheets name. One counts in public once the manager has confirmed it as it is.</summary>
internal static class KeepCertificates
{
    private const int LongestKind = 40;
    private const int LongestNumber = 80;
    private const int LongestIssuer = 120;
    private const int LongestReason = 1000;

    /// <summary>What the firm says of a certificate.</summary>
    /// <param name="Kind">The kind that searches filter by, such as <c>FSC</c>: 1 to 40 characters.</param>
    /// <param name="Number">1 to 80 characters.</param>
    /// <param name="Issuer">Who issued it, 1 to 120 characters.</param>
    /// <param name="ValidFrom">First day.</param>
    /// <param name="ValidUntil">Last day, inclusive; not before <paramref name="ValidFrom"/>.</param>
    public sealed record Request(string Kind, string Number, string Issuer, DateOnly ValidFrom, DateOnly ValidUntil);

    /// <summary>Why the manager no longer vouches for it.</summary>
    /// <param name="Reason">1 to 1,000 characters; the firm reads it.</param>
    public sealed record UnconfirmRequest(string Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var example = new Request("FSC", "FSC-C123456", "Control Union", new DateOnly(2026, 1, 1), new DateOnly(2030, 12, 31));
        routes.MapGet("certificates", ListAsync)
            .WithName("ListCertificates").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List certificates")
            .WithDescription("A member firm sees its own, the clean team those of all firms, by firm and kind; at most 1,000 at a time.");
        routes.MapGet("certificates/{id:guid}", GetAsync)
            .WithName("ReadCertificate").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Read a certificate")
            .WithDescription("Send the response's ETag as If-Match when you change or confirm it.");
        routes.MapPost("certificates", AddAsync)
            .WithName("AddCertificate").For(Role.MemberUser)
            .WithSummary("Add a certificate")
            .WithDescription("For a member firm's users. 409 CERTIFICATE_LIMIT when the firm has 100; 409 MEMBER_LEFT for a firm that has left.")
            .WithExample(example);
        routes.MapPut("certificates/{id:guid}", ChangeAsync)
            .WithName("ChangeCertificate").For(Role.MemberUser)
            .WithSummary("Change a certificate")
            .WithDescription("For the firm that it belongs to. A change takes the manager's confirmation away.")
            .WithExample(example).WithIfMatch();
        routes.MapDelete("certificates/{id:guid}", RemoveAsync)
            .WithName("RemoveCertificate").For(Role.MemberUser)
            .WithSummary("Remove a certificate")
            .WithDescription("For the firm that it belongs to. Sheets that name it no longer have it.");
        routes.MapPost("certificates/{id:guid}/confirmation", ConfirmAsync)
            .WithName("ConfirmCertificate").For(Role.ConsortiumManager)
            .WithSummary("Confirm a certificate")
            .WithDescription("For managers, who have seen the document. With If-Match, so that nobody confirms what has changed meanwhile. "
                + "409 ALREADY_DECIDED if it is confirmed.")
            .WithIfMatch();
        routes.MapPost("certificates/{id:guid}/confirmation/withdrawal", UnconfirmAsync)
            .WithName("UnconfirmCertificate").For(Role.ConsortiumManager)
            .WithSummary("Take a certificate's confirmation away")
            .WithDescription("For managers, with a reason that the firm reads. 409 ALREADY_DECIDED if it isn't confirmed.")
            .WithExample(new UnconfirmRequest("The issuer doesn't know this number."));
    }

    private static async Task<Ok<List<CertificateView>>> ListAsync(
        MarketingDb db, CancellationToken ct,
        [Description("Only those of this firm.")] Guid? memberId = null,
        [Description("True: only those that the manager has not confirmed.")] bool unconfirmed = false,
        [Description("How many to pass over.")] int skip = 0)
    {
        var certificates = await db.Certificates.AsNoTracking()
            .Where(c => (memberId == null || c.MemberId == memberId) && (!unconfirmed || c.ConfirmedAt == null))
            .OrderBy(c => c.MemberId).ThenBy(c => c.Kind).ThenBy(c => c.Id).Skip(Math.Max(skip, 0)).Take(1000).ToListAsync(ct);
        return TypedResults.Ok(certificates.ConvertAll(CertificateView.Of));
    }

    private static async Task<Results<Ok<CertificateView>, ProblemHttpResult>> GetAsync(
        Guid id, MarketingDb db, HttpResponse response, CancellationToken ct) =>
        await FindAsync(id, db, ct) is { } certificate ? Answer(certificate, response) : Refusal.NotFound();

    private static async Task<Results<Created<CertificateView>, ProblemHttpResult>> AddAsync(
        Request request, MarketingDb db, Caller caller, HttpResponse response, CancellationToken ct)
    {
        var errors = new InputErrors();
        var terms = Check(request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var (refusal, firm) = await db.FirmThatWritesAsync(caller, ct);
        if (refusal is not null)
        {
            return refusal;
        }

        var certificate = new Certificate
        {
            Id = Guid.CreateVersion7(), ConsortiumId = firm!.ConsortiumId, MemberId = firm.Id, Kind = terms.Kind, Number = terms.Number,
            Issuer = terms.Issuer, ValidFrom = terms.ValidFrom, ValidUntil = terms.ValidUntil, Version = 1,
        };
        var added = await db.SaveInTurnAsync(
            firm,
            async () =>
            {
                var full = await db.Certificates.CountAsync(c => c.MemberId == firm.Id, ct) >= Certificate.MostOfFirm;
                if (!full)
                {
                    db.Add(certificate);
                }

                return !full;
            },
            ct);
        if (!added)
        {
            return new Refusal("CERTIFICATE_LIMIT", $"The firm has {Certificate.MostOfFirm} certificates, as many as it can.").ToProblem();
        }

        EntityTag.Write(response, certificate.Version);
        return TypedResults.Created($"/api/marketing/certificates/{certificate.Id}", CertificateView.Of(certificate));
    }

    private static async Task<Results<Ok<CertificateView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Request request, HttpContext http, MarketingDb db, CancellationToken ct)
    {
        if (await FindAsync(id, db, ct) is not { } certificate)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, certificate.Version) is { } stale)
        {
            return stale;
        }

        var errors = new InputErrors();
        var terms = Check(request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        certificate.Change(terms);
        await db.SaveChangesAsync(ct);
        return Answer(certificate, http.Response);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, MarketingDb db, CancellationToken ct)
    {
        if (await FindAsync(id, db, ct) is not { } certificate)
        {
            return Refusal.NotFound();
        }

        db.Remove(certificate);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<CertificateView>, ProblemHttpResult>> ConfirmAsync(
        Guid id, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await FindAsync(id, db, ct) is not { } certificate)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, certificate.Version) is { } stale)
        {
            return stale;
        }

        db.Record("CERTIFICATE_CONFIRMED", id, firm: certificate.MemberId);
        return await DecideAsync(certificate, certificate.Confirm(caller.UserId, clock.GetUtcNow().UtcDateTime), db, http.Response, ct);
    }

    private static async Task<Results<Ok<CertificateView>, ProblemHttpResult>> UnconfirmAsync(
        Guid id, UnconfirmRequest request, HttpContext http, MarketingDb db, Caller caller, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await FindAsync(id, db, ct) is not { } certificate)
        {
            return Refusal.NotFound();
        }

        db.Record("CERTIFICATE_UNCONFIRMED", id, reason, firm: certificate.MemberId);
        return await DecideAsync(certificate, certificate.Unconfirm(caller.UserId, reason), db, http.Response, ct);
    }

    private static async Task<Results<Ok<CertificateView>, ProblemHttpResult>> DecideAsync(
        Certificate certificate, Refusal? refusal, MarketingDb db, HttpResponse response, CancellationToken ct)
    {
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        await db.SaveChangesAsync(ct);
        return Answer(certificate, response);
    }

    private static CertificateTerms Check(Request request, InputErrors errors)
    {
        errors.Unless(request.ValidFrom <= request.ValidUntil, "validUntil", "Must not be before validFrom.");
        return new(
            errors.Text(request.Kind, "kind", LongestKind), errors.Text(request.Number, "number", LongestNumber),
            errors.Text(request.Issuer, "issuer", LongestIssuer), request.ValidFrom, request.ValidUntil);
    }

    private static Task<Certificate?> FindAsync(Guid id, MarketingDb db, CancellationToken ct) =>
        db.Certificates.SingleOrDefaultAsync(c => c.Id == id, ct);

    private static Ok<CertificateView> Answer(Certificate certificate, HttpResponse response)
    {
        EntityTag.Write(response, certificate.Version);
        return TypedResults.Ok(CertificateView.Of(certificate));
    }
}
