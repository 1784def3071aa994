using System.ComponentModel;

namespace ExportConsortia.Allocation.Members;

/// <summary>
/// A member firm reads how much of its declared capacity is reserved; the clean team reads all firms'. And the products that orders can name.
/// </summary>
internal static class GetCapacity
{
    /// <summary>One capacity declaration and its reservations, in the family's unit.</summary>
    /// <param name="DeclarationId">The declaration.</param>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">The product family.</param>
    /// <param name="From">First day.</param>
    /// <param name="To">First day after the period.</param>
    /// <param name="Declared">How many of <paramref name="Unit"/> are declared.</param>
    /// <param name="Reserved">
    /// How many are in open offers and allocations; more than declared only if the firm lowered its declaration (F-Q4).
    /// </param>
    /// <param name="DeclaredAt">When, UTC; older than 60 days is not used .</param>
    /// <param name="Unit">UN/ECE code of the unit in which the family is counted.</param>
    public sealed record CapacityView(
        Guid DeclarationId, Guid MemberId, string ProductFamily, DateOnly From, DateOnly To, long Declared, long Reserved, DateTime DeclaredAt,
        string Unit);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("capacity", HandleAsync).WithName(nameof(GetCapacity)).For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Declared and reserved capacity")
            .WithDescription("A member firm sees its own only. Firms declare capacity in Membership; this is Allocation's copy.");
        routes.MapGet("products", ProductsAsync).WithName("ListProducts").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List the consortium's products")
            .WithDescription("Those of the consortium's list that are not retired, by code: what an order line or a match can name. The manager "
                + "keeps the list in Membership; this is Allocation's copy.");
    }

    private static async Task<Ok<IReadOnlyList<CapacityView>>> HandleAsync(
        AllocationDb db, CancellationToken ct,
        [Description("Only declarations of this firm.")] Guid? memberId = null,
        [Description("Only declarations for this family.")] string? productFamily = null,
        [Description("Only periods that end after this day, such as today.")] DateOnly? endsAfter = null) =>
        TypedResults.Ok<IReadOnlyList<CapacityView>>(await db.Capacity.AsNoTracking()
            .Where(b => (memberId == null || b.MemberId == memberId) && (productFamily == null || b.Family == productFamily)
                && (endsAfter == null || b.To > endsAfter))
            .OrderBy(b => b.MemberId).ThenBy(b => b.Family).ThenBy(b => b.From)
            .Select(b => new CapacityView(b.Id, b.MemberId, b.Family, b.From, b.To, b.Declared, b.Reserved, b.DeclaredAt, b.Unit ?? UnitCode.Piece))
            .ToListAsync(ct));

    private static async Task<Ok<IReadOnlyList<Product>>> ProductsAsync(AllocationDb db, Caller caller, CancellationToken ct) =>
        TypedResults.Ok(await Product.ListAsync(db, caller.ConsortiumId, ct));
}
