using ExportConsortia.Contracts;
using ExportConsortia.Membership.Members;

namespace ExportConsortia.Membership.Capacity;

/// <summary>
/// How much of a product family a firm can make in a period (half-open). Declaring the same period again replaces the quantity and resets the
/// age.
/// </summary>
internal sealed class CapacityDeclaration
{
    public const long Largest = 1_000_000_000_000;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string ProductFamily { get; init; }

    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    public long Quantity { get; private set; }

    /// <summary>UN/ECE code of the family's unit; null in declarations from before there were units, which are in pieces.</summary>
    public string? Unit { get; private set; }

    /// <summary>Grows by one with each declaration of the same period.</summary>
    public long Version { get; private set; }

    public DateTime DeclaredAt { get; private set; }

    public static CapacityDeclaration For(MemberFirm member, string family, DateOnly from, DateOnly to) => new()
    {
        Id = Guid.CreateVersion7(),
        ConsortiumId = member.ConsortiumId,
        MemberId = member.Id,
        ProductFamily = family,
        From = from,
        To = to,
    };

    public void Declare(long quantity, string unit, DateTime now) => (Quantity, Unit, DeclaredAt, Version) = (quantity, unit, now, Version + 1);

    /// <summary>True if it says this already.</summary>
    public bool Says(long quantity, string unit) => Quantity == quantity && IsIn(unit);

    /// <summary>True if it is in this unit.</summary>
    public bool IsIn(string unit) => (Unit ?? UnitCode.Piece) == unit;

    /// <summary>True if the periods overlap without being the same: the total would be ambiguous.</summary>
    public bool ConflictsWith(DateOnly from, DateOnly to) => From < to && from < To && (From, To) != (from, to);

    public CapacityDeclared ToEvent() => new(
        ConsortiumId, MemberId, Id, ProductFamily, From, To, Quantity, Version, DeclaredAt, Unit ?? UnitCode.Piece);
}
