namespace ExportConsortia.Marketing.Buyers;

/// <summary>A buyer's own link to the catalogue, which tells what it looks at. Only a hash of its token is kept.</summary>
internal sealed class BuyerLink
{
    /// <summary>The most items of which views are counted one by one.</summary>
    private const int MostItems = 500;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid BuyerId { get; init; }

    public required string TokenHash { get; init; }

    /// <summary>What the manager calls it.</summary>
    public required string Label { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime ExpiresAt { get; init; }

    public DateTime? RevokedAt { get; set; }

    public long Views { get; set; }

    public DateTime? LastViewedAt { get; set; }

    /// <summary>Views by product code.</summary>
    public Dictionary<string, long> Items { get; set; } = [];

    public long Version { get; set; }

    public void Count(string? item, DateTime now)
    {
        Views++;
        LastViewedAt = now;
        if (item is not null && (Items.ContainsKey(item) || Items.Count < MostItems))
        {
            Items = new(Items) { [item] = Items.GetValueOrDefault(item) + 1 };
        }

        Version++;
    }
}
