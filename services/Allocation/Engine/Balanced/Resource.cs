namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>A member's machine or team, with the release and due weeks that occur among its pairs, ascending.</summary>
/// <param name="Member">Index of the member.</param>
/// <param name="Id">Its id.</param>
internal sealed record Resource(int Member, string Id)
{
    public int[] Releases { get; init; } = [];

    public int[] Dues { get; init; } = [];

    /// <summary>Its chains begin here: a row for each release week, a column for each due week.</summary>
    public int ChainFirst { get; init; }

    public int ChainCount => Releases.Length * Dues.Length;

    /// <summary>Approximate reference value made per minute, in minor units: the weight of an overbooked minute in the search.</summary>
    public long MinuteWorth { get; init; } = 1;
}
