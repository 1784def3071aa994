namespace ExportConsortia.Allocation.Offers;

/// <summary>Why a member declines.</summary>
public enum DeclineReason
{
    /// <summary>A machine is down.</summary>
    MachineBreakdown,

    /// <summary>The capacity is taken by other work.</summary>
    CapacityTaken,

    /// <summary>Material is missing.</summary>
    MaterialShortage,

    /// <summary>The price does not pay.</summary>
    Price,

    /// <summary>The delivery window is too short.</summary>
    DeliveryWindow,

    /// <summary>Another reason, said in the note.</summary>
    Other,
}
