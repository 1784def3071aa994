using ExportConsortia.Contracts;
using ExportConsortia.Membership.Products;

namespace ExportConsortia.Membership.Capacity;

/// <summary>Declares a firm's capacity for one product family and period .</summary>
internal static class DeclareCapacity
{
    /// <summary>A declaration. The same firm, family and period again replaces the quantity and resets the age.</summary>
    /// <param name="ProductFamily">A family of the consortium's product list.</param>
    /// <param name="From">First day.</param>
    /// <param name="To">First day after the period, later than <paramref name="From"/>.</param>
    /// <param name="Quantity">How many of the family's unit in the whole period, 0 to 10¹².</param>
    /// <param name="MemberId">The firm: required from a manager, left out by a member firm's user.</param>
    /// <param name="Unit">UN/ECE code of the family's unit, to be sure of it; no other is accepted.</param>
    public sealed record Request(string ProductFamily, DateOnly From, DateOnly To, long Quantity, Guid? MemberId = null, string? Unit = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("capacity-declarations", HandleAsync)
        .WithName(nameof(DeclareCapacity))
        .WithSummary("Declare capacity")
        .WithDescription("For member firms' users and managers, in the unit that the family has in the consortium's product list. The same firm, "
            + "family and period again replaces the quantity and resets the age (R-602). 409 PERIOD_OVERLAP when another period of the "
            + "same family overlaps this one; 409 DECLARATION_LIMIT when the firm has as many of the family as it may; 409 MEMBER_LEFT for a firm "
            + "that has left.")
        .WithExample(new Request("chairs", new DateOnly(2026, 9, 1), new DateOnly(2026, 10, 1), 1200, Unit: "C62"))
        .For(Role.ConsortiumManager, Role.MemberUser);

    private static async Task<Results<Ok<ListCapacity.Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, DeclarationLimit limit, Caller caller, RepeatedTraces traces, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var memberId = request.MemberId ?? caller.MemberId;
        var family = errors.Text(request.ProductFamily, "productFamily", 100);
        errors.Unless(memberId is not null, "memberId", "Required for a manager.");
        errors.Unless(request.From < request.To, "to", "Must be later than from.");
        errors.Unless(request.Quantity is >= 0 and <= CapacityDeclaration.Largest, "quantity", "Must be 0 to 1,000,000,000,000.");
        var units = await db.UnitsByFamilyAsync(caller.ConsortiumId, ct);
        var unit = units.GetValueOrDefault(family);
        errors.Unless(family.Length == 0 || unit is not null, "productFamily", CapacityRow.UnknownFamily(family));
        errors.Unless(request.Unit is null || unit is null || request.Unit == unit, "unit", CapacityRow.WrongUnit(family, unit, request.Unit));
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Members.SingleOrDefaultAsync(m => m.Id == memberId, ct) is not { } member)
        {
            return Refusal.NotFound();
        }

        if (member.DeclareCapacity() is { } refusal)
        {
            return refusal.ToProblem();
        }

        var (from, to) = (request.From, request.To);
        var touching = await db.CapacityDeclarations.AsNoTracking()
            .Where(c => c.MemberId == member.Id && c.ProductFamily == family && c.From < to && c.To > from).ToListAsync(ct);
        if (touching.Find(c => c.ConflictsWith(from, to)) is { } other)
        {
            return new Refusal(
                "PERIOD_OVERLAP",
                $"This period overlaps {other.From:yyyy-MM-dd} to {other.To:yyyy-MM-dd}, which is already declared for {family}.").ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var known = touching.FirstOrDefault();
        var dropped = new List<CapacityDeclaration>();
        if (known is null)
        {
            var others = await db.CapacityDeclarations.AsNoTracking()
                .Where(c => c.MemberId == member.Id && c.ProductFamily == family).ToListAsync(ct);
            if (limit.MakeRoom(others, 1, DateOnly.FromDateTime(now)) is not { } room)
            {
                return new Refusal("DECLARATION_LIMIT", limit.Sentence(family)).ToProblem();
            }

            dropped = room;
        }

        // Of a declaration in another unit what is reserved stays counted in its own.
        var declaration = known?.IsIn(unit!) == true ? known : CapacityDeclaration.For(member, family, from, to);
        declaration.Declare(request.Quantity, unit!, now);
        Guid[] gone = [.. dropped.Append(known).OfType<CapacityDeclaration>().Where(c => c != declaration).Select(c => c.Id)];
        if (gone.Length == 0)
        {
            db.Publish(declaration.Id, declaration.ToEvent(), bulk: true);
        }
        else
        {
            db.Publish(
                declaration.Id, new CapacitiesDeclared(member.ConsortiumId, SaveCapacity.ToFamilies([declaration])[0], gone, now), bulk: true);
        }

        if (caller.MemberId is null)
        {
            traces.Note("membership", "CAPACITY_DECLARED_FOR_FIRM", caller.UserId, caller.ConsortiumId, member.Id, member.Id);
        }

        await db.SaveDeclarationsAsync(member.ConsortiumId, [declaration], gone, ct);
        return TypedResults.Ok(ListCapacity.Response.Of(declaration));
    }
}
