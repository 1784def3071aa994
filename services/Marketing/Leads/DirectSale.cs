namespace ExportConsortia.Marketing.Leads;

/// <summary>A firm sold to a buyer of the consortium outside of it, and says so. That is no offence: there may be a commission.</summary>
internal sealed class DirectSale
{
    /// <summary>R-408: to be declared within this many days.</summary>
    public const int DeclareWithinDays = 10;

    /// <summary>R-408: commission is due for this many months after the lead.</summary>
    public const int CommissionMonths = 12;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string BuyerName { get; init; }

    public required DateOnly SoldOn { get; init; }

    /// <summary>In minor units of the consortium's base currency.</summary>
    public required long ValueMinor { get; init; }

    public required string InvoiceNumber { get; init; }

    public required DateTime DeclaredAt { get; init; }

    /// <summary>Declared within ten days.</summary>
    public required bool InTime { get; init; }

    /// <summary>The lead of the buyer on account of which commission is due; for the clean team.</summary>
    public Guid? LeadId { get; init; }
}
