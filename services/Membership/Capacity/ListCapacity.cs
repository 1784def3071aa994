using System.ComponentModel;

namespace ExportConsortia.Membership.Capacity;

/// <summary>Lists capacity declarations: managers and auditors see all firms', a member firm's user only its own firm's (F-C2).</summary>
internal static class ListCapacity
{
    private const int LargestPage = 1000;

    /// <summary>A declaration of capacity.</summary>
    /// <param name="Id">Identifies firm, family, period and unit.</param>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">The family.</param>
    /// <param name="From">First day.</param>
    /// <param name="To">First day after the period.</param>
    /// <param name="Quantity">How many of <paramref name="Unit"/> in the whole period.</param>
    /// <param name="DeclaredAt">When it was last declared, UTC; its age counts from here .</param>
    /// <param name="Version">How often it was declared.</param>
    /// <param name="Unit">UN/ECE code of the unit.</param>
    public sealed record Response(
        Guid Id, Guid MemberId, string ProductFamily, DateOnly From, DateOnly To, long Quantity, DateTime DeclaredAt, long Version, string Unit)
    {
        internal static Response Of(CapacityDeclaration c) =>
            new(c.Id, c.MemberId, c.ProductFamily, c.From, c.To, c.Quantity, c.DeclaredAt, c.Version, c.Unit ?? UnitCode.Piece);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("capacity-declarations", HandleAsync)
        .WithName(nameof(ListCapacity))
        .WithSummary("List capacity declarations")
        .WithDescription("Managers and auditors see all firms' declarations, a member firm's user only its firm's (F-C2). "
            + "Sorted by family, period and firm; at most 1,000 at a time: skip and take page through them.")
        .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);

    private static async Task<Ok<List<Response>>> HandleAsync(
        MembershipDb db, CancellationToken ct,
        [Description("Only declarations of this firm.")] Guid? memberId = null,
        [Description("Only declarations for this family.")] string? productFamily = null,
        [Description("Only periods that end after this day, such as today.")] DateOnly? endsAfter = null,
        [Description("How many to pass over.")] int skip = 0,
        [Description("How many to give at most, 1 to 1,000.")] int take = LargestPage)
    {
        var declarations = await db.CapacityDeclarations.AsNoTracking()
            .Where(c => (memberId == null || c.MemberId == memberId) && (productFamily == null || c.ProductFamily == productFamily)
                && (endsAfter == null || c.To > endsAfter))
            .OrderBy(c => c.ProductFamily).ThenBy(c => c.From).ThenBy(c => c.MemberId).ThenBy(c => c.To)
            .Skip(Math.Max(skip, 0)).Take(Math.Clamp(take, 1, LargestPage)).ToListAsync(ct);
        return TypedResults.Ok(declarations.ConvertAll(Response.Of));
    }
}
