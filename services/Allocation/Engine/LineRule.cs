namespace ExportConsortia.Allocation.Engine;

/// <summary>The rulebook's numbers for one line.</summary>
internal sealed record LineRule
{
    /// <summary>Name of the allocation policy, one of <see cref="Policies"/>.</summary>
    public string Policy { get; init; } = nameof(CapacityProRata);

    /// <summary>R-606, 1 or more.</summary>
    public long LotSize { get; init; } = 1;

    /// <summary>R-609, 0 or more.</summary>
    public long MinLot { get; init; }

    /// <summary>R-608, percent of the ordered pieces.</summary>
    public int ConcentrationCapPercent { get; init; } = 50;

    /// <summary>R-608: with fewer members than this there is no concentration cap.</summary>
    public int ConcentrationFromMembers { get; init; } = 3;

    /// <summary>R-401, percent of the ordered pieces.</summary>
    public int ProbationCapPercent { get; init; } = 10;

    /// <summary>R-602: older declarations aren't used.</summary>
    public int CapacityMaxAgeDays { get; init; } = 60;

    /// <summary>R-602: with this many strikes a member isn't asked.</summary>
    public int StrikeLimit { get; init; } = 3;

    /// <summary>For <c>Balanced</c>: the maximum number of makers of a line; null, the default: any number.</summary>
    public int? MaxMakers { get; init; }

    /// <summary>
    /// how many sources <see cref="SealedPrice"/> awards by ratio, 2 or 3; null, the default: the cheapest get all they can make.
    /// </summary>
    public int? Sources { get; init; }
}
