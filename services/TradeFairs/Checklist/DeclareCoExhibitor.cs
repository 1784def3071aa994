using System.Net.Mail;
using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Checklist;

/// <summary>A firm declares itself as an exhibitor at the joint stand, and the manager registers it with the organiser (FAIR-05).</summary>
internal static class DeclareCoExhibitor
{
    private const int LongestProducts = 1000;

    /// <summary>What the organiser wants to know of the firm.</summary>
    /// <param name="LegalName">Its name in the register of companies, 1 to 200 characters.</param>
    /// <param name="Address">1 to 200 characters, in one line.</param>
    /// <param name="Country">ISO 3166-1 alpha-2 code.</param>
    /// <param name="ContactName">Whom the organiser may ask, 1 to 200 characters.</param>
    /// <param name="ContactEmail">The person's address, at most 200 characters.</param>
    /// <param name="Products">As the organiser's catalogue shows them, 1 to 1,000 characters.</param>
    public sealed record Request(
        string LegalName, string Address, string Country, string ContactName, string ContactEmail, string Products);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("editions/{id:guid}/declaration", DeclareAsync).WithName(nameof(DeclareCoExhibitor)).For(Role.MemberUser)
            .WithSummary("Declare the firm as an exhibitor at the joint stand")
            .WithDescription(
                "For a firm at the stand. It can change what it declared until the manager has registered it with the organiser. 409 NOT_AT_STAND; "
                + "ALREADY_REGISTERED; EDITION_ENDED.")
            .WithExample(new Request(
                "Sombath Teak Co., Ltd.", "12 Lane Xang Avenue, Vientiane", "LA", "Noy Sombath", "noy@sombath.example", "Garden chairs of teak"))
            .WithIfMatch();
        routes.MapPost("editions/{id:guid}/declarations/{memberId:guid}/registration", RegisterAsync).WithName("RegisterCoExhibitor")
            .For(Role.ConsortiumManager)
            .WithSummary("Note that a firm is registered with the organiser")
            .WithDescription("For managers, who have read what the firm declared. Again changes nothing.")
            .WithIfMatch();
        routes.MapDelete("editions/{id:guid}/declarations/{memberId:guid}/registration", ReopenAsync).WithName("ReopenDeclaration")
            .For(Role.ConsortiumManager)
            .WithSummary("Let a registered firm change its declaration")
            .WithDescription("For managers: the declaration is the firm's again. Again changes nothing.");
    }

    private static async Task<Results<Ok<DeclarationView>, ProblemHttpResult>> DeclareAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var country = request.Country.Trim().ToUpperInvariant();
        errors.Unless(KnownCodes.IsCountry(country), "country", "Must be a country's code, such as LA.");
        var email = errors.Text(request.ContactEmail, "contactEmail", CoExhibitorDeclaration.LongestText);
        errors.Unless(MailAddress.TryCreate(email, out var address) && address.Address == email, "contactEmail", "Must be an e-mail address.");
        var legalName = errors.Text(request.LegalName, "legalName", CoExhibitorDeclaration.LongestText);
        var street = errors.Text(request.Address, "address", CoExhibitorDeclaration.LongestText);
        var contact = errors.Text(request.ContactName, "contactName", CoExhibitorDeclaration.LongestText);
        var products = errors.Text(request.Products, "products", LongestProducts);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        DeclarationView? view = null;
        var refused = await db.AnswerEditionAsync(
            id,
            caller.MemberId!.Value,
            async edition =>
            {
                var firm = (await KeepChecklist.FirmsAtStandAsync([edition], db, ct)).Find(f => f.MemberId == caller.MemberId);
                var own = await db.Declarations.SingleOrDefaultAsync(d => d.EditionId == id && d.MemberId == caller.MemberId, ct);
                if ((edition.RefuseEnded()
                    ?? (firm is null ? new Refusal("NOT_AT_STAND", "The firm has no place at the stand.") : null)
                    ?? (own?.State == DeclarationState.Registered
                        ? new Refusal("ALREADY_REGISTERED", "The organiser has the declaration: speak to the manager.") : null))
                    is { } refusal)
                {
                    return refusal.ToProblem();
                }

                if (EntityTag.Check(http.Request, own?.Version ?? 0) is { } stale)
                {
                    return stale;
                }

                own ??= db.Add(new CoExhibitorDeclaration { EditionId = id, MemberId = firm!.MemberId, ConsortiumId = edition.ConsortiumId }).Entity;
                (own.LegalName, own.Address, own.Country, own.ContactName, own.ContactEmail, own.Products)
                    = (legalName, street, country, contact, email, products);
                own.DeclaredAt = clock.GetUtcNow().UtcDateTime;
                own.Version++;
                view = DeclarationView.Of(own, firm!.Name);
                return null;
            },
            ct);
        if (refused is not null)
        {
            return refused;
        }

        EntityTag.Write(http.Response, view!.Version);
        return TypedResults.Ok(view);
    }

    private static Task<Results<NoContent, ProblemHttpResult>> RegisterAsync(
        Guid id, Guid memberId, HttpRequest request, TradeFairsDb db, TimeProvider clock, CancellationToken ct)
    {
        db.Record("CO_EXHIBITOR_REGISTERED", memberId, firm: memberId);
        return SetAsync(id, memberId, DeclarationState.Registered, clock.GetUtcNow().UtcDateTime, request, db, ct);
    }

    private static Task<Results<NoContent, ProblemHttpResult>> ReopenAsync(Guid id, Guid memberId, TradeFairsDb db, CancellationToken ct)
    {
        db.Record("CO_EXHIBITOR_REOPENED", memberId, firm: memberId);
        return SetAsync(id, memberId, DeclarationState.Declared, null, null, db, ct);
    }

    // What its caller recorded is saved with the change, and not without.
    private static async Task<Results<NoContent, ProblemHttpResult>> SetAsync(
        Guid id, Guid memberId, DeclarationState state, DateTime? registeredAt, HttpRequest? asRead, TradeFairsDb db,
        CancellationToken ct)
    {
        if (await db.Declarations.SingleOrDefaultAsync(d => d.EditionId == id && d.MemberId == memberId, ct) is not { } declaration)
        {
            return Refusal.NotFound();
        }

        if (declaration.State != state)
        {
            if (asRead is not null && EntityTag.Check(asRead, declaration.Version) is { } stale)
            {
                return stale;
            }

            (declaration.State, declaration.RegisteredAt) = (state, registeredAt);
            declaration.Version++;
            await db.SaveChangesAsync(ct);
        }

        return TypedResults.NoContent();
    }
}

/// <summary>What a firm declared for the organiser.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="MemberName">Its name in the consortium.</param>
/// <param name="State">Whether the organiser knows.</param>
/// <param name="LegalName">Its name in the register of companies.</param>
/// <param name="Address">Its address.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="ContactName">Whom the organiser may ask.</param>
/// <param name="ContactEmail">The person's address.</param>
/// <param name="Products">As the organiser's catalogue shows them.</param>
/// <param name="DeclaredAt">When it was declared last, UTC.</param>
/// <param name="RegisteredAt">When it was registered with the organiser, UTC; absent if it is not.</param>
/// <param name="Version">Grows by one with each change. Send it as If-Match when you change it.</param>
public sealed record DeclarationView(
    Guid MemberId, string MemberName, DeclarationState State, string LegalName, string Address, string Country, string ContactName,
    string ContactEmail, string Products, DateTime DeclaredAt, DateTime? RegisteredAt, long Version)
{
    internal static DeclarationView Of(CoExhibitorDeclaration d, string name) => new(
        d.MemberId, name, d.State, d.LegalName, d.Address, d.Country, d.ContactName, d.ContactEmail, d.Products, d.DeclaredAt, d.RegisteredAt,
        d.Version);
}
