using ExportConsortia.Membership.Products;

namespace ExportConsortia.Membership.Rulebook;

/// <summary>Lists the rulebook's versions, for everybody in the consortium: the rules are the members' own.</summary>
internal static class ListRulebook
{
    /// <summary>A version of the rulebook.</summary>
    /// <param name="Version">1, 2, 3 …</param>
    /// <param name="Allocation">One rule for each product family that has its own, and one for all others.</param>
    /// <param name="ActivatedAt">When it took effect, UTC.</param>
    /// <param name="ActivatedBy">The account that activated it.</param>
    public sealed record Response(int Version, List<Rule> Allocation, DateTime ActivatedAt, Guid ActivatedBy)
    {
        internal static Response Of(RulebookVersion r, Dictionary<string, string> unitsByFamily) => new(
            r.Version, r.Allocation.ConvertAll(rule => rule with { Unit = unitsByFamily.GetValueOrDefault(rule.ProductFamily) }), r.ActivatedAt,
            r.ActivatedBy);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("rulebook-versions", ListAsync)
            .WithName(nameof(ListRulebook))
            .WithSummary("List the rulebook's versions")
            .WithDescription("For everybody in the consortium. The newest comes first and is in effect.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        routes.MapGet("rulebook-versions/{version:int}", GetAsync)
            .WithName("GetRulebookVersion")
            .WithSummary("Read a version of the rulebook")
            .WithDescription("For everybody in the consortium.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
    }

    private static async Task<Ok<List<Response>>> ListAsync(MembershipDb db, Caller caller, CancellationToken ct)
    {
        var units = await db.UnitsByFamilyAsync(caller.ConsortiumId, ct);
        var versions = await db.RulebookVersions.AsNoTracking().OrderByDescending(r => r.Version).ToListAsync(ct);
        return TypedResults.Ok(versions.ConvertAll(r => Response.Of(r, units)));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(
        int version, MembershipDb db, Caller caller, CancellationToken ct) =>
        await db.RulebookVersions.AsNoTracking().SingleOrDefaultAsync(r => r.Version == version, ct) is { } rulebook
            ? TypedResults.Ok(Response.Of(rulebook, await db.UnitsByFamilyAsync(caller.ConsortiumId, ct)))
            : Refusal.NotFound();
}
