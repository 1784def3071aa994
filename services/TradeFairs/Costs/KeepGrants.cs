namespace ExportConsortia.TradeFairs.Costs;

/// <summary>Grants on an edition's costs: all that decides about them is said before firms commit themselves to the plan.</summary>
internal static class KeepGrants
{
    private const int MostGrants = 5;

    /// <summary>A grant.</summary>
    public sealed record Request
    {
        /// <summary>What it is called, 1 to 120 characters.</summary>
        public required string Name { get; init; }

        /// <summary>Who gives it: ISO 3166-1 alpha-2 code. Headroom counts by granting state.</summary>
        public required string State { get; init; }

        /// <summary>Of the eligible cost, 1 to 100.</summary>
        public int RatePercent { get; init; } = 50;

        /// <summary>The most that it pays for the project, in minor units of the edition's currency, 1 to 10¹².</summary>
        public required long CapMinor { get; init; }

        /// <summary>
        /// What a single undertaking may take of the state's aid in any three years, in euro cents, 0 to 30,000,000, which is the law's ceiling
        ///
        /// </summary>
        public long CeilingMinor { get; init; } = FairGrant.CeilingMinorByLaw;

        /// <summary>
        /// What 10,000 euro are in minor units of the edition's currency on the day of the grant, 1 to 10¹², since aid is counted in euro; absent if
        /// that is the edition's currency.
        /// </summary>
        public long? TenThousandEuroMinor { get; init; }

        /// <summary>The day on which the firms get the right to it.</summary>
        public required DateOnly GrantedOn { get; init; }

        /// <summary>What becomes of a part that a firm may not take.</summary>
        public GrantOverflow Overflow { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("editions/{id:guid}/grants", AddAsync).WithName("AddFairGrant").For(Role.ConsortiumManager)
            .WithSummary("Add a grant")
            .WithDescription(
                "For managers, until the plan is approved: 409 PLAN_APPROVED afterwards; GRANT_LIMIT at 5. Items name the grant that pays for "
                + "them. A grant "
                + "pays its rate of what firms bear of them, at most its cap; no single undertaking gets more than its headroom, and no firm more "
                + "than it "
                + "pays.")
            .WithExample(new Request { Name = "Trade promotion", State = "LA", CapMinor = 1_000_000, GrantedOn = new(2026, 9, 1) }).WithIfMatch();
        routes.MapDelete("editions/{id:guid}/grants/{grantId:guid}", RemoveAsync).WithName("RemoveFairGrant").For(Role.ConsortiumManager)
            .WithSummary("Remove a grant")
            .WithDescription(
                "For managers, until the costs are settled, since a grant may be refused: its items are borne by the firms then. 409 COSTS_SETTLED.")
            .WithIfMatch();
    }

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> AddAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (edition, costs) =>
            {
                var errors = new InputErrors();
                var name = errors.Text(request.Name, "name", CostItem.LongestName);
                errors.Unless(request.State is { Length: 2 } && request.State.All(char.IsAsciiLetterUpper), "state", "Must be a country's code.");
                errors.Unless(request.RatePercent is >= 1 and <= 100, "ratePercent", "Must be 1 to 100.");
                errors.Unless(request.CapMinor is >= 1 and <= CostItem.MostMinor, "capMinor", $"Must be 1 to {CostItem.MostMinor}.");
                errors.Unless(
                    request.CeilingMinor is >= 0 and <= FairGrant.CeilingMinorByLaw, "ceilingMinor",
                    $"Must be 0 to {FairGrant.CeilingMinorByLaw} euro cents, the ceiling of the law (R-510).");
                var inEuro = edition.Currency == "EUR";
                errors.Unless(
                    inEuro ? request.TenThousandEuroMinor is null or FairGrant.TenThousandEuro
                        : request.TenThousandEuroMinor is >= 1 and <= CostItem.MostMinor,
                    "tenThousandEuroMinor",
                    inEuro ? "Must be absent: the edition's currency is the euro."
                        : $"Must say what 10,000 euro are in minor units of {edition.Currency}, 1 to {CostItem.MostMinor}: aid is counted in euro.");
                errors.Unless(Enum.IsDefined(request.Overflow), "overflow", "Must be Reapportion or Forfeit.");
                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                if (await db.Grants.CountAsync(g => g.EditionId == id, ct) >= MostGrants)
                {
                    return new Refusal("GRANT_LIMIT", $"An edition has at most {MostGrants} grants.").ToProblem();
                }

                db.Add(new FairGrant
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = edition.ConsortiumId, EditionId = id, Name = name, State = request.State,
                    RatePercent = request.RatePercent, CapMinor = request.CapMinor, CeilingMinor = request.CeilingMinor,
                    TenThousandEuroMinor = request.TenThousandEuroMinor ?? FairGrant.TenThousandEuro,
                    GrantedOn = request.GrantedOn, Overflow = request.Overflow, CreatedAt = db.Now,
                });
                return costs.RefusePlanChange()?.ToProblem();
            },
            ct);

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> RemoveAsync(
        Guid id, Guid grantId, HttpContext http, TradeFairsDb db, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (_, _) =>
            {
                if (await db.Grants.SingleOrDefaultAsync(g => g.Id == grantId && g.EditionId == id, ct) is not { } grant)
                {
                    return Refusal.NotFound();
                }

                foreach (var item in await db.CostItems.Where(i => i.GrantId == grantId).ToListAsync(ct))
                {
                    item.GrantId = null;
                }

                db.RemoveRange(await db.Aid.Where(a => a.GrantId == grantId).ToListAsync(ct));
                db.Remove(grant);
                return null;
            },
            ct);
}
