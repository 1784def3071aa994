namespace ExportConsortia.Marketing.Leads;

/// <summary>A firm registered a buyer as its own customer; what counts is when, by our clock .</summary>
internal sealed class PriorCustomer
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string Name { get; init; }

    public required string MatchName { get; init; }

    public string? Domain { get; init; }

    public required DateTime RegisteredAt { get; init; }
}

/// <summary>What proves that a buyer is a firm's customer.</summary>
public enum ClaimBasis
{
    /// <summary>An invoice of at most 36 months before the lead.</summary>
    Invoice,

    /// <summary>A registration of at least 30 days before the lead.</summary>
    Registration,
}

/// <summary>Where a claim stands.</summary>
public enum ClaimState
{
    /// <summary>The manager is to decide.</summary>
    Open,

    /// <summary>The buyer is the firm's customer: the lead is protected.</summary>
    Confirmed,

    /// <summary>The manager refused it.</summary>
    Refused,
}

/// <summary>A firm says that the buyer of a lead is its own customer .</summary>
internal sealed class LeadClaim
{
    /// <summary>R-409: an invoice is at most this many months older than the lead.</summary>
    public const int InvoiceMonths = 36;

    /// <summary>R-409: a registration is at least this many days older than the lead.</summary>
    public const int RegisteredDaysBefore = 30;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid LeadId { get; init; }

    public required Guid MemberId { get; init; }

    public required ClaimBasis Basis { get; init; }

    /// <summary>Who the firm says that the buyer is: the manager compares it.</summary>
    public required string BuyerName { get; init; }

    public string? InvoiceNumber { get; init; }

    public DateOnly? InvoiceDate { get; init; }

    public DateTime? RegisteredAt { get; init; }

    public required DateTime MadeAt { get; init; }

    /// <summary>False: noted from a registration when the lead arrived; the firm doesn't know of it until it is confirmed.</summary>
    public bool Asked { get; init; }

    public ClaimState State { get; set; }

    /// <summary>Why the manager refused it.</summary>
    public string? Reason { get; set; }

    public DateTime? DecidedAt { get; set; }

    public long Version { get; set; }
}
