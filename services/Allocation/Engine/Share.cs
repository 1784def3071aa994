namespace ExportConsortia.Allocation.Engine;

/// <summary>A candidate's share of one line while it is being split: by weight, in its turn, or none.</summary>
internal sealed class Share(Candidate candidate, long weight)
{
    public Candidate Candidate { get; } = candidate;

    public long Weight { get; private set; } = weight;

    /// <summary>Its weight, if it has none, for what those with a weight leave open.</summary>
    public long WeightForTheRest { get; init; }

    /// <summary>It shares in the rest.</summary>
    public bool SharesTheRest { get; private set; }

    /// <summary>The step that a member reads if it shares in the rest.</summary>
    public ExplanationStep? StepForTheRest { get; init; }

    /// <summary>1 is served first; a member with a turn takes all it can of what the weights leave.</summary>
    public int? Turn { get; init; }

    /// <summary>How the policy came to the share, for the member to read: its own numbers only.</summary>
    public IReadOnlyList<ExplanationStep> MemberSteps { get; set; } = [];

    /// <summary>Why the member gets nothing, if there is a better reason than a share that is too small.</summary>
    public (string Code, ExplanationStep Step)? WhyNothing { get; set; }

    /// <summary>The leader's price, if the member is asked to match it .</summary>
    public SealedAmount? ToMatch { get; init; }

    /// <summary>Those with a weight leave lots open: now it shares too.</summary>
    public void ShareTheRest()
    {
        (Weight, WhyNothing, SharesTheRest) = (WeightForTheRest, null, true);
        MemberSteps = StepForTheRest is { } step ? [.. MemberSteps, step] : MemberSteps;
    }

    /// <summary>The policy gives it something, even if too little to be offered.</summary>
    public bool Takes => Weight > 0 || Turn is not null;

    public long Lots { get; set; }

    /// <summary>Pieces of the odd remainder, less than a lot.</summary>
    public long Odd { get; set; }

    public long Quantity => (Lots * Candidate.LotSize) + Odd;

    /// <summary>Its proportional share is above its cap .</summary>
    public bool AtCap { get; set; }

    /// <summary>It got one lot by largest remainder .</summary>
    public bool RoundedUp { get; set; }

    /// <summary>It was raised to its minimum, or given what the others have no room for .</summary>
    public bool ReceivedRest { get; set; }

    /// <summary>It gave lots so that another could be raised to its minimum .</summary>
    public bool GaveLots { get; set; }
}
