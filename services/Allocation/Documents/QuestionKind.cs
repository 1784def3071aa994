namespace ExportConsortia.Allocation.Documents;

/// <summary>Why the manager must decide before an order is accepted.</summary>
public enum QuestionKind
{
    /// <summary>An element occurs again, as the standard allows, but an order has one place for it: the first was taken.</summary>
    Repeated,

    /// <summary>A part of a line has no place in an order.</summary>
    Unmapped,

    /// <summary>The order is addressed to another seller than the consortium's own party.</summary>
    OtherSeller,
}
