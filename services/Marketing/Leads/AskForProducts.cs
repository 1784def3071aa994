using ExportConsortia.Marketing.Buyers;
using ExportConsortia.Marketing.Catalogue;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing.Leads;

/// <summary>A buyer without an account asks for products by the form of the public catalogue.</summary>
internal static class AskForProducts
{
    /// <summary>The most requests from one source in a consortium's pool: more would hide those of buyers among those of machines.</summary>
    public const int MostInPool = 5000;

    /// <summary>Of a full pool, requests that nobody took up for this many days make room.</summary>
    private const int DaysInFullPool = 7;

    private const int MostMakeRoom = 200;

    /// <summary>What a buyer asks for.</summary>
    public sealed record Request
    {
        /// <summary>The buyer's firm, 1 to 200 characters.</summary>
        public required string Company { get; init; }

        /// <summary>The person who asks, 1 to 120 characters.</summary>
        public required string Name { get; init; }

        /// <summary>The address to answer to.</summary>
        public required string Email { get; init; }

        /// <summary>A telephone number, 1 to 40 characters.</summary>
        public string? Phone { get; init; }

        /// <summary>ISO 3166-1 alpha-2 code of the buyer's country.</summary>
        public string? Country { get; init; }

        /// <summary>Language code in which the person wants to be answered.</summary>
        public string? Language { get; init; }

        /// <summary>Codes of products that the live catalogue shows now, at most 50.</summary>
        public List<string>? ProductCodes { get; init; }

        /// <summary>What the buyer wants to say, at most 4,000 characters.</summary>
        public string? Message { get; init; }

        /// <summary>The person agrees that the consortium keeps the data and answers; without it nothing is kept.</summary>
        public required bool Consent { get; init; }

        /// <summary>Version of the text that the person agreed to, 1 to 50 characters.</summary>
        public required string ConsentTextVersion { get; init; }

        /// <summary>
        /// The edition of a fair at whose stand the buyer read the catalogue's address: then the fair is the lead's source. One that no firm of the
        /// consortium goes to counts for nothing: anybody can write a number into an address.
        /// </summary>
        public Guid? FairEditionId { get; init; }

        /// <summary>People don't see this field: leave it empty.</summary>
        public string? Website { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("public/{consortium}/requests", HandleAsync)
        .WithName(nameof(AskForProducts)).AllowAnonymous().RequireRateLimiting(Edge.FormLimit)
        .WithSummary("Ask for products as a buyer")
        .WithDescription(
            "For anybody, without an account; limited to 30 a day for an address. The address has the consortium's code. The request becomes a "
            + "lead; the same buyer's request for the same product within 30 days is one lead. 404 if there is no such consortium; 409 "
            + "REQUESTS_FULL if 5,000 wait. Of 5,000 those that nobody took up for 7 days are closed, so that later ones are taken.")
        .WithExample(new Request
        {
            Company = "Nordhaus Möbel GmbH", Name = "Anna Braun", Email = "a.braun@nordhaus.example", Country = "DE", Language = "de",
            ProductCodes = ["TK-12"], Message = "500 chairs in spring?", Consent = true, ConsentTextVersion = "2027-01",
        });

    private static async Task<Results<NoContent, ProblemHttpResult>> HandleAsync(
        string consortium, Request request, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(request.Website))
        {
            return TypedResults.NoContent();   // a machine filled in the form: it need not know that nothing was kept
        }

        // Nobody is signed in: the platform takes it in, for the consortium that the address names.
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
        if (await db.Consortia.AsNoTracking().Where(c => c.Code == consortium).Select(c => (Guid?)c.Id).SingleOrDefaultAsync(ct) is not { } id)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var errors = new InputErrors();
        errors.Unless(request.Consent, "consent", "Is needed: without it we may not keep your request.");
        var version = errors.Text(request.ConsentTextVersion, "consentTextVersion", 50);
        var buyer = BuyerRegister.Check(request.Company, request.Email, null, request.Country, errors, "company");
        var contact = KeepContacts.Check(
            request.Name, request.Email, request.Phone, request.Language, [new("Inquiry", version, true, now)], errors) with { ByForm = true };
        errors.Unless(request.Message is null or { Length: <= 4000 }, "message", "Must have at most 4000 characters.");
        var catalogue = scope.ServiceProvider.GetRequiredService<IPublishedCatalogue>();
        var products = await LeadDesk.CheckShownAsync(id, request.ProductCodes, db, catalogue, errors, now, ct);
        errors.Unless(products.Count > 0 || !string.IsNullOrWhiteSpace(request.Message), "message", "Say which products you ask for, or what you "
            + "want.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var fair = request.FairEditionId is { } edition && await db.KnownFairs.AnyAsync(f => f.ConsortiumId == id && f.EditionId == edition, ct)
            ? new LeadDesk.AtFair(edition, null) : null;
        var source = fair is null ? "Catalogue" : "Fair";
        if (await db.Leads.CountAsync(l => l.ConsortiumId == id && l.State == LeadState.Pool && l.Source == source, ct) >= MostInPool
            && !await MakeRoomAsync(id, source, db, now, ct))
        {
            return new Refusal("REQUESTS_FULL", "Too many requests wait to be answered; try again later.").ToProblem();
        }

        return await LeadDesk.KeepAsync(id, new(buyer, contact, source, products, request.Message, 0, null, null, fair), db, now, ct) is null
            ? new Refusal("REQUESTS_FULL", "Too many requests wait to be answered; try again later.").ToProblem()
            : TypedResults.NoContent();
    }

    // What the manager captured or once assigned stays, and what a firm claims.
    private static async Task<bool> MakeRoomAsync(Guid consortiumId, string source, MarketingDb db, DateTime now, CancellationToken ct)
    {
        var before = now.AddDays(-DaysInFullPool);
        var old = await db.Leads
            .Where(l => l.ConsortiumId == consortiumId && l.State == LeadState.Pool && l.Source == source && l.ArrivedAt < before
                && !db.LeadClaims.Any(c => c.LeadId == l.Id))
            .OrderBy(l => l.ArrivedAt).ThenBy(l => l.Id).Take(MostMakeRoom).ToListAsync(ct);
        var unworked = old.FindAll(l => l.Notes.Count == 0 && l.Captures.TrueForAll(c => c.By is null));
        unworked.ForEach(l => l.MakeRoom(now));
        await db.SaveChangesAsync(ct);
        return unworked.Count > 0;
    }
}
