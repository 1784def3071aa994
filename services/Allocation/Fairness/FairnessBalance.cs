using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>The running sum of a firm's entries for a product family and year, so that a run reads one row however long the history is.</summary>
internal sealed class FairnessBalance
{
    public required Guid ConsortiumId { get; init; }

    public required string Family { get; init; }

    public required Guid MemberId { get; init; }

    public required int Year { get; init; }

    public long Carried { get; set; }

    public long Entitled { get; set; }

    public long Received { get; set; }

    public AccountYear ToYear() => new(Year, Carried, Entitled, Received);
}

/// <summary>Identifies an account within a consortium.</summary>
internal sealed record AccountKey(string Family, Guid MemberId, int Year);
