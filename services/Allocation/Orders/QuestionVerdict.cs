namespace ExportConsortia.Allocation.Orders;

/// <summary>What the manager decides on a question of an order.</summary>
public enum QuestionVerdict
{
    /// <summary>The order goes on as it was read.</summary>
    AcceptAsRead,

    /// <summary>The order is cancelled; the buyer reads the reason in the order response.</summary>
    CancelOrder,
}
