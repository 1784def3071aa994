namespace ExportConsortia.Allocation.Engine;

/// <summary>An order line with pieces to allocate. A line with an unknown product isn't in any snapshot.</summary>
internal sealed record SnapshotLine
{
    public required string LineId { get; init; }

    /// <summary>The order of the line, where the run plans several orders together.</summary>
    public Guid? OrderId { get; init; }

    /// <summary>Place in the order document: earlier lines draw on capacity first. Of several orders, the older one comes first.</summary>
    public required int Position { get; init; }

    public required string Product { get; init; }

    public required string Family { get; init; }

    /// <summary>UN/ECE code of the unit in which the line is counted; null: pieces. Capacity declared in another unit is not used.</summary>
    public string? Unit { get; init; }

    /// <summary>Pieces the buyer ordered; caps are percentages of these.</summary>
    public required long Ordered { get; init; }

    /// <summary>Pieces to allocate now.</summary>
    public required long Open { get; init; }

    /// <summary>The day by which pieces must be made, exclusive; null: no limit.</summary>
    public DateOnly? Due { get; init; }

    public AllocationStage Stage { get; init; }

    public required LineRule Rule { get; init; }

    /// <summary>Members able to make the product.</summary>
    public required IReadOnlyList<Guid> Capable { get; init; }

    /// <summary>What members have accepted of this line; a run never changes it .</summary>
    public IReadOnlyList<HeldPart> Held { get; init; } = [];

    public IReadOnlyList<NotAskedAgain> NotAskedAgain { get; init; } = [];

    /// <summary>For <see cref="QuotaCatchUp"/>: every member with a quota of the family, or with pieces of it.</summary>
    public IReadOnlyList<MemberQuota>? Quotas { get; init; }

    /// <summary>For <see cref="Rotation"/>: the queue of the family.</summary>
    public IReadOnlyList<MemberTurn>? Turns { get; init; }

    /// <summary>For <see cref="WeightedScore"/>.</summary>
    public IReadOnlyList<MemberScore>? Scores { get; init; }

    /// <summary>For <see cref="SealedPrice"/>: the sealed offers, opened after their deadline.</summary>
    public IReadOnlyList<SealedOffer>? Prices { get; init; }

    /// <summary>For <see cref="SealedPrice"/> with a <see cref="PriceMatchRound"/>; null, the default: each at its own price.</summary>
    public PriceMatch? Match { get; init; }

    /// <summary>For <see cref="SealedPrice"/> without a <see cref="PriceMatchRound"/>; null: no ceiling is approved.</summary>
    public PriceLimit? Limit { get; init; }

    /// <summary>For <see cref="Manual"/>.</summary>
    public SplitByHand? ByHand { get; init; }

    /// <summary>The strikes in force for this product family, if it has its own expiry rule; only members that have any.</summary>
    public IReadOnlyList<MemberStrikes>? Strikes { get; init; }

    /// <summary>
    /// If the rulebook asks for a brand licence: the members that have one for the product through the delivery window; null: it doesn't ask.
    /// </summary>
    public IReadOnlyList<Guid>? Licensed { get; init; }

    /// <summary>How many strikes of a member are in force for this line.</summary>
    public int StrikesOf(SnapshotMember member) =>
        Strikes is null ? member.Strikes : Strikes.FirstOrDefault(own => own.MemberId == member.Id)?.Count ?? 0;
}
