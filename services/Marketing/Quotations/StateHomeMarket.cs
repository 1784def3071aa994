namespace ExportConsortia.Marketing.Quotations;

/// <summary>The manager states the consortium's home market, which quotations keep out of .</summary>
internal static class StateHomeMarket
{
    private const int MostCountries = 50;

    /// <summary>The home market from now on.</summary>
    /// <param name="Countries">ISO 3166-1 alpha-2 codes, 1 to 50: those in which the member firms are at home and compete.</param>
    public sealed record Request(IReadOnlyList<string> Countries);

    /// <summary>The home market.</summary>
    /// <param name="Countries">ISO 3166-1 alpha-2 codes; none: not stated yet, and nothing can be quoted.</param>
    /// <param name="Version">Increases with each change; also the ETag.</param>
    public sealed record Response(IReadOnlyList<string> Countries, long Version);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("home-market", GetAsync).WithName("GetHomeMarket").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Read the consortium's home market")
            .WithDescription("Its countries can't be quoted (R-806, F-C9). Empty until the manager has stated it; until then there are no "
                + "quotations.");
        routes.MapPut("home-market", PutAsync).WithName(nameof(StateHomeMarket)).For(Role.ConsortiumManager).WithIfMatch()
            .WithSummary("State the consortium's home market")
            .WithDescription("Replaces the countries. Quotations that are out already stay as they are. Send `If-Match` with the ETag of what "
                + "you read.")
            .WithExample(new Request(["LA"]));
    }

    private static async Task<Ok<Response>> GetAsync(HttpContext http, MarketingDb db, Caller caller, CancellationToken ct)
    {
        var market = await db.HomeMarkets.AsNoTracking().SingleOrDefaultAsync(m => m.ConsortiumId == caller.ConsortiumId, ct);
        EntityTag.Write(http.Response, market?.Version ?? 0);
        return TypedResults.Ok(new Response(market?.Countries ?? [], market?.Version ?? 0));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> PutAsync(
        Request request, HttpContext http, MarketingDb db, Caller caller, CancellationToken ct)
    {
        var countries = request.Countries.Select(c => c.Trim().ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal).ToList();
        if (countries.Count is 0 or > MostCountries || !countries.TrueForAll(c => c.Length == 2 && c.All(char.IsAsciiLetterUpper)))
        {
            return Refusal.Invalid("countries", $"Must be 1 to {MostCountries} codes of two letters, such as LA.");
        }

        var market = await db.HomeMarkets.FindAsync([caller.ConsortiumId], ct);
        if (EntityTag.Check(http.Request, market?.Version ?? 0) is { } problem)
        {
            return problem;
        }

        market ??= db.Add(new HomeMarket { ConsortiumId = caller.ConsortiumId }).Entity;
        (market.Countries, market.Version) = (countries, market.Version + 1);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, market.Version);
        return TypedResults.Ok(new Response(countries, market.Version));
    }
}
