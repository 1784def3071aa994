using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Consortia;

/// <summary>A voluntary alliance of firms that exports jointly. An installation serves several; none can see another.</summary>
internal sealed class Consortium
{
    public required Guid Id { get; init; }

    public required string Code { get; init; }

    public required string Name { get; init; }

    public required string BaseCurrency { get; init; }

    public required string TimeZone { get; init; }

    public required DateTime FoundedAt { get; init; }

    public ConsortiumFounded ToEvent() => new(Id, Code, Name, BaseCurrency, TimeZone, FoundedAt);
}
