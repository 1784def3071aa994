namespace ExportConsortia.TradeFairs.Charges;

/// <summary>What a charge is for.</summary>
public enum FairChargeKind
{
    /// <summary>The deposit at commitment .</summary>
    Deposit,

    /// <summary>What is left of the planned share .</summary>
    Balance,

    /// <summary>The penalty of a withdrawal .</summary>
    Penalty,

    /// <summary>The difference of the settlement: more to pay, or money back.</summary>
    Settlement,

    /// <summary>Money back; the amount is negative.</summary>
    Refund,
}

/// <summary>Money that was asked of a firm, once. Settlement posts it; this service only asks.</summary>
internal sealed class FairCharge
{
    /// <summary>Derived from the cause, see <see cref="ChargeFirms.IdOf"/>: the same cause never asks twice.</summary>
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    public required FairChargeKind Kind { get; init; }

    /// <summary>In minor units; negative: the firm gets money back.</summary>
    public required long AmountMinor { get; init; }

    public required string Currency { get; init; }

    /// <summary>Day until which it is to be paid.</summary>
    public required DateOnly DueOn { get; init; }

    public required DateTime AskedAt { get; init; }
}
