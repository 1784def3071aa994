namespace ExportConsortia.Allocation.Orders;

/// <summary>What a person must do, the most urgent first.</summary>
public enum TaskKind
{
    /// <summary>Open offers, calls or prices must be answered within a day; the firms may need a reminder.</summary>
    AnswersDue,

    /// <summary>Two people must clear the buyer .</summary>
    Screen,

    /// <summary>A second person must approve a split by hand or another exception, or refuse it .</summary>
    ApproveSplit,

    /// <summary>Pieces found no firm: the next step of the shortage procedure .</summary>
    RelieveShortage,

    /// <summary>A round of sealed prices brought none: ask again, or find firms otherwise.</summary>
    AskForPrices,

    /// <summary>A part of the buyer's document needs a decision.</summary>
    DecideQuestion,

    /// <summary>The buyer's item is not matched to a product.</summary>
    MatchItem,

    /// <summary>The product list has no conversion from the buyer's unit.</summary>
    AddConversion,

    /// <summary>The order can be accepted .</summary>
    Accept,

    /// <summary>The order is accepted, but no run over its open pieces has been started.</summary>
    StartRun,

    /// <summary>The parts of a line are set by hand, and nobody has set them yet.</summary>
    SplitByHand,
}
