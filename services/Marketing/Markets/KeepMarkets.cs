using System.ComponentModel;

namespace ExportConsortia.Marketing.Markets;

/// <summary>The manager keeps the target markets and their studies; everybody in the consortium reads them.</summary>
internal static class KeepMarkets
{
    private const int MostMarkets = 100;
    private const int MostWanted = 100;
    private const int MostStudies = 100;
    private const int LongestKind = 40;
    private const int LongestFamily = 100;

    /// <summary>What a market wants.</summary>
    /// <param name="Note">What to know of it, at most 4,000 characters.</param>
    /// <param name="Wanted">Certificates wanted there, at most 100.</param>
    public sealed record Request(string? Note = null, List<WantedView>? Wanted = null);

    /// <summary>A study of a market.</summary>
    /// <param name="Title">1 to 120 characters.</param>
    /// <param name="Text">What was found out, 1 to 100,000 characters.</param>
    /// <param name="Link">Address of the document, http or https, at most 500 characters.</param>
    public sealed record StudyRequest(string Title, string Text, string? Link = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("markets", ListAsync).WithName("ListMarkets").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List the target markets")
            .WithDescription("For everybody in the consortium, with the certificates wanted there, by country.");
        routes.MapGet("markets/{country}", GetAsync).WithName("GetMarket").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read a target market and its studies")
            .WithDescription("For everybody in the consortium. Send the response's ETag as If-Match when you change it.");
        routes.MapPut("markets/{country}", PutAsync).WithName(nameof(KeepMarkets)).For(Role.ConsortiumManager)
            .WithSummary("Name a target market, or change what it wants")
            .WithDescription(
                "For managers. A new one needs If-Match \"0\". 409 HOME_MARKET for a country of the home market (R-806); MARKET_LIMIT at 100.")
            .WithExample(new Request("Importers ask for proof of legal timber.", [new("FSC", "chairs")])).WithIfMatch();
        routes.MapDelete("markets/{country}", RemoveAsync).WithName("RemoveMarket").For(Role.ConsortiumManager)
            .WithSummary("Remove a target market")
            .WithDescription("For managers. 409 HAS_STUDIES as long as there are studies of it.");
        routes.MapPost("markets/{country}/studies", PublishAsync).WithName("PublishStudy").For(Role.ConsortiumManager)
            .WithSummary("Publish a study of a target market")
            .WithDescription("For managers: every member firm may read it from now on. 409 STUDY_LIMIT at 100 of a market.")
            .WithExample(new StudyRequest("Garden furniture in Germany 2027", "Imports grew …", "https://studies.example/garden-2027.pdf"));
        routes.MapDelete("market-studies/{id:guid}", WithdrawAsync).WithName("WithdrawStudy").For(Role.ConsortiumManager)
            .WithSummary("Withdraw a study")
            .WithDescription("For managers.");
    }

    private static async Task<Ok<List<MarketView>>> ListAsync(MarketingDb db, CancellationToken ct) =>
        TypedResults.Ok((await db.Markets.AsNoTracking().OrderBy(m => m.Country).ToListAsync(ct)).ConvertAll(MarketView.Of));

    private static async Task<Results<Ok<MarketView>, ProblemHttpResult>> GetAsync(
        [Description("ISO 3166-1 alpha-2 code.")] string country, MarketingDb db, HttpResponse response, CancellationToken ct)
    {
        if (await FindAsync(country, db, ct) is not { } market)
        {
            return Refusal.NotFound();
        }

        var studies = await db.MarketStudies.AsNoTracking().Where(s => s.MarketId == market.Id).OrderByDescending(s => s.PublishedAt)
            .ThenBy(s => s.Id).ToListAsync(ct);
        EntityTag.Write(response, market.Version);
        return TypedResults.Ok(MarketView.Of(market) with { Studies = studies.ConvertAll(StudyView.Of) });
    }

    private static async Task<Results<Ok<MarketView>, ProblemHttpResult>> PutAsync(
        [Description("ISO 3166-1 alpha-2 code.")] string country, Request request, HttpContext http, MarketingDb db, Caller caller,
        CancellationToken ct)
    {
        var code = country.ToUpperInvariant();
        var errors = new InputErrors();
        errors.Unless(KnownCodes.IsCountry(code), "country", "Must be a country's code, such as DE.");
        errors.Unless(
            request.Note is null or { Length: <= TargetMarket.LongestNote }, "note", $"Must have at most {TargetMarket.LongestNote:N0} characters.");
        var wanted = request.Wanted ?? [];
        errors.Unless(wanted.Count <= MostWanted, "wanted", $"Must be at most {MostWanted}.");
        var list = wanted.Take(MostWanted).Index().Select(w => new WantedCertificate(
            errors.Text(w.Item.Kind, $"wanted[{w.Index}].kind", LongestKind),
            string.IsNullOrWhiteSpace(w.Item.ProductFamily) ? null
                : errors.Text(w.Item.ProductFamily, $"wanted[{w.Index}].productFamily", LongestFamily))).Distinct().ToList();
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var market = await FindAsync(code, db, ct);
        if (EntityTag.Check(http.Request, market?.Version ?? 0) is { } stale)
        {
            return stale;
        }

        var home = await db.HomeMarkets.AsNoTracking().SingleOrDefaultAsync(m => m.ConsortiumId == caller.ConsortiumId, ct);
        if (market is null && home?.Countries.Contains(code) == true)
        {
            return new Refusal("HOME_MARKET", "This is the consortium's home market: it works in export markets only.").ToProblem();
        }

        if (market is null && await db.Markets.CountAsync(ct) >= MostMarkets)
        {
            return new Refusal("MARKET_LIMIT", $"There are {MostMarkets} target markets, as many as there can be.").ToProblem();
        }

        market ??= db.Add(new TargetMarket { Id = Guid.CreateVersion7(), ConsortiumId = caller.ConsortiumId, Country = code }).Entity;
        (market.Note, market.Wanted) = (string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim(), list);
        market.Version++;
        db.Record("MARKET_STATED", market.Id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, market.Version);
        return TypedResults.Ok(MarketView.Of(market));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        [Description("ISO 3166-1 alpha-2 code.")] string country, MarketingDb db, CancellationToken ct)
    {
        if (await FindAsync(country, db, ct) is not { } market)
        {
            return Refusal.NotFound();
        }

        if (await db.MarketStudies.AnyAsync(s => s.MarketId == market.Id, ct))
        {
            return new Refusal("HAS_STUDIES", "There are studies of this market: withdraw them first.").ToProblem();
        }

        db.Remove(market);
        db.Record("MARKET_REMOVED", market.Id);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Created<StudyView>, ProblemHttpResult>> PublishAsync(
        [Description("ISO 3166-1 alpha-2 code.")] string country, StudyRequest request, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await FindAsync(country, db, ct) is not { } market)
        {
            return Refusal.NotFound();
        }

        var errors = new InputErrors();
        var title = errors.Text(request.Title, "title", MarketStudy.LongestTitle);
        errors.Unless(
            !string.IsNullOrWhiteSpace(request.Text) && request.Text.Length <= MarketStudy.LongestText,
            "text", $"Must have 1 to {MarketStudy.LongestText:N0} characters.");
        var link = string.IsNullOrWhiteSpace(request.Link) ? null : request.Link.Trim();
        errors.Unless(
            link is null || (link.Length <= MarketStudy.LongestLink && Uri.TryCreate(link, UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https"),
            "link", "Must be an address such as https://studies.example/2027.pdf.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.MarketStudies.CountAsync(s => s.MarketId == market.Id, ct) >= MostStudies)
        {
            return new Refusal("STUDY_LIMIT", $"There are {MostStudies} studies of this market, as many as there can be.").ToProblem();
        }

        var study = db.Add(new MarketStudy
        {
            Id = Guid.CreateVersion7(), ConsortiumId = market.ConsortiumId, MarketId = market.Id, Title = title, Text = request.Text, Link = link,
            PublishedAt = clock.GetUtcNow().UtcDateTime,
        }).Entity;
        market.Version++;   // who removes the market at the same moment learns of the study
        db.Record("STUDY_PUBLISHED", study.Id);
        await db.SaveChangesAsync(ct);
        return TypedResults.Created($"/api/marketing/markets/{market.Country}", StudyView.Of(study));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(Guid id, MarketingDb db, CancellationToken ct)
    {
        if (await db.MarketStudies.SingleOrDefaultAsync(s => s.Id == id, ct) is not { } study)
        {
            return Refusal.NotFound();
        }

        db.Remove(study);
        db.Record("STUDY_WITHDRAWN", id);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static Task<TargetMarket?> FindAsync(string country, MarketingDb db, CancellationToken ct)
    {
        var code = country.ToUpperInvariant();
        return db.Markets.SingleOrDefaultAsync(m => m.Country == code, ct);
    }
}
