namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>An eligible pair of a line and a member: everything the search needs, side by side in memory.</summary>
internal struct Pair
{
    /// <summary>Indexes; the account is −1 if the member has none in the line's pool.</summary>
    public int Line, Member, Account, Resource;

    /// <summary>First week of work, and the chains of its resource that its minutes use: a block of rows and columns.</summary>
    public int Release, ChainFirst, ChainWidth, ChainRows, ChainColumns;

    /// <summary>Minutes per piece, smallest part as declared and in whole packs, pack, maximum and accepted pieces.</summary>
    public long Minutes, Lot, LeastPart, Pack, Most, Accepted;

    /// <summary>Reference price and unit cost, in minor units.</summary>
    public long Ref, Cost;
}
