namespace ExportConsortia.Marketing.Quotations;

/// <summary>
/// The manager states the consortium's home market, which quotations keep out of. Each statement is kept with its author and reason; a
/// country leaves only with a second person, since nobody may lift the wall for a quotation and put it back.
/// </summary>
internal static class StateHomeMarket
{
    private const int MostCountries = 50;
    private const int LongestReason = 1000;

    /// <summary>The home market from now on.</summary>
    /// <param name="Countries">ISO 3166-1 alpha-2 codes, 1 to 50: those in which the member firms are at home and compete.</param>
    /// <param name="Reason">Why, 1 to 1,000 characters; not needed the first time. Kept for good.</param>
    public sealed record Request(IReadOnlyList<string> Countries, string? Reason = null);

    /// <summary>Why not.</summary>
    /// <param name="Reason">1 to 1,000 characters; kept for good.</param>
    public sealed record RefusalRequest(string Reason);

    /// <summary>The home market.</summary>
    /// <param name="Countries">ISO 3166-1 alpha-2 codes; none: not stated yet, and nothing can be quoted.</param>
    /// <param name="Version">Increases with each change; also the ETag.</param>
    /// <param name="Statements">What held from when, the first one first, the latest 500; what was before statements were kept has no author.</param>
    /// <param name="Proposal">A statement without some country waits for a second person.</param>
    public sealed record Response(
        IReadOnlyList<string> Countries, long Version, IReadOnlyList<StatementView> Statements, HomeMarketProposalView? Proposal)
    {
        internal static Response Of(HomeMarket? market) => market is null ? new([], 0, [], null) : new(
            market.Countries, market.Version,
            [.. (market.Statements ?? []).Select(s => new StatementView(s.Countries, s.At, s.By, s.ApprovedBy, s.Reason))],
            market.Proposal is { } p ? new(p.Countries, p.Reason, p.By, p.At) : null);
    }

    /// <summary>What held from a moment on.</summary>
    /// <param name="Countries">ISO 3166-1 alpha-2 codes.</param>
    /// <param name="At">From when, UTC; absent if that was before statements were kept.</param>
    /// <param name="By">The account of the manager; absent likewise.</param>
    /// <param name="ApprovedBy">The account of the second person, if a country left.</param>
    /// <param name="Reason">Why.</param>
    public sealed record StatementView(IReadOnlyList<string> Countries, DateTime? At, Guid? By, Guid? ApprovedBy, string? Reason);

    /// <summary>A country is to leave.</summary>
    /// <param name="Countries">ISO 3166-1 alpha-2 codes of what would hold.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="By">The account of the manager.</param>
    /// <param name="At">When, UTC.</param>
    public sealed record HomeMarketProposalView(IReadOnlyList<string> Countries, string Reason, Guid By, DateTime At);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("home-market", GetAsync).WithName("GetHomeMarket").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Read the consortium's home market")
            .WithDescription("Its countries can't be quoted (R-806, F-C9). Empty until the manager has stated it; until then there are no "
                + "quotations. With what held before, and who said so.");
        routes.MapPut("home-market", PutAsync).WithName(nameof(StateHomeMarket)).For(Role.ConsortiumManager).WithIfMatch()
            .WithSummary("State the consortium's home market")
            .WithDescription("Replaces the countries, with a reason. If a country leaves it is proposed, and holds once a second person has approved "
                + "it. Quotations that are out already stay as they are. The same countries again change nothing. Send `If-Match` with the ETag of "
                + "what you read.")
            .WithExample(new Request(["LA"], "The members' only home market."));
        routes.MapPost("home-market/approval", ApproveAsync).WithName("ApproveHomeMarket").For(Role.Auditor, Role.ConsortiumManager).WithIfMatch()
            .WithSummary("Approve as the second person that a country leaves the home market")
            .WithDescription("With If-Match: what is approved is what was read. `SECOND_APPROVER_REQUIRED` for the author and for an account behind "
                + "which the same account stands (F-G3); `ALREADY_DECIDED` if nothing is proposed.");
        routes.MapPost("home-market/refusal", RefuseAsync).WithName("RefuseHomeMarket").For(Role.Auditor, Role.ConsortiumManager)
            .WithSummary("Refuse or withdraw that a country leaves the home market")
            .WithDescription("By the second person or any manager. `ALREADY_DECIDED` if nothing is proposed.")
            .WithExample(new RefusalRequest("The members are at home there."));
    }

    private static async Task<Ok<Response>> GetAsync(HttpContext http, MarketingDb db, Caller caller, CancellationToken ct) =>
        Answer(await db.HomeMarkets.AsNoTracking().SingleOrDefaultAsync(m => m.ConsortiumId == caller.ConsortiumId, ct), http);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> PutAsync(
        Request request, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var countries = request.Countries.Select(c => c.Trim().ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal).ToList();
        var market = await FindAsync(db, caller, ct);
        var isFirst = market is null or { Countries.Count: 0 };
        var errors = new InputErrors();
        errors.Unless(
            countries.Count is > 0 and <= MostCountries && countries.TrueForAll(c => c.Length == 2 && c.All(char.IsAsciiLetterUpper)),
            "countries", $"Must be 1 to {MostCountries} codes of two letters, such as LA.");
        var reason = isFirst && string.IsNullOrWhiteSpace(request.Reason) ? null : errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (EntityTag.Check(http.Request, market?.Version ?? 0) is { } problem)
        {
            return problem;
        }

        if (market is not null && market.Countries.ToHashSet(StringComparer.Ordinal).SetEquals(countries))
        {
            return Answer(market, http);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        market ??= db.Add(new HomeMarket { ConsortiumId = caller.ConsortiumId }).Entity;
        if (market.Countries.Except(countries).Any())
        {
            market.Propose(new(countries, reason!, caller.UserId, now) { Controllers = caller.Behind });
            db.Record("HOME_MARKET_PROPOSED", market.ConsortiumId, reason);
        }
        else
        {
            market.State(new(countries, now, caller.UserId, reason));
            db.Record("HOME_MARKET_STATED", market.ConsortiumId, reason);
        }

        await db.SaveChangesAsync(ct);
        return Answer(market, http);
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ApproveAsync(
        HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var market = await FindAsync(db, caller, ct);
        if (EntityTag.Check(http.Request, market?.Version ?? 0) is { } problem)
        {
            return problem;
        }

        if (market?.Proposal is not { } proposal)
        {
            return SecondPerson.NothingProposed().ToProblem();
        }

        if (SecondPerson.Refuse(caller, proposal.By, proposal.Controllers) is { } alone)
        {
            return alone.ToProblem();
        }

        market.State(new(proposal.Countries, clock.GetUtcNow().UtcDateTime, proposal.By, proposal.Reason) { ApprovedBy = caller.UserId });
        db.Record("HOME_MARKET_APPROVED", market.ConsortiumId, proposal.Reason);
        await db.SaveChangesAsync(ct);
        return Answer(market, http);
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> RefuseAsync(
        RefusalRequest request, HttpContext http, MarketingDb db, Caller caller, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await FindAsync(db, caller, ct) is not { Proposal: not null } market)
        {
            return SecondPerson.NothingProposed().ToProblem();
        }

        market.Propose(null);
        db.Record("HOME_MARKET_REFUSED", market.ConsortiumId, reason);
        await db.SaveChangesAsync(ct);
        return Answer(market, http);
    }

    private static Task<HomeMarket?> FindAsync(MarketingDb db, Caller caller, CancellationToken ct) =>
        db.HomeMarkets.SingleOrDefaultAsync(m => m.ConsortiumId == caller.ConsortiumId, ct);

    private static Ok<Response> Answer(HomeMarket? market, HttpContext http)
    {
        EntityTag.Write(http.Response, market?.Version ?? 0);
        return TypedResults.Ok(Response.Of(market));
    }
}
