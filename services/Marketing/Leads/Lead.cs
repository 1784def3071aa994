namespace ExportConsortia.Marketing.Leads;

/// <summary>Where a lead stands.</summary>
internal enum LeadState
{
    /// <summary>Nobody has it.</summary>
    Pool,

    /// <summary>A firm has it and must make contact .</summary>
    Assigned,

    /// <summary>The firm has made contact.</summary>
    Contacted,

    /// <summary>A quotation is out.</summary>
    Quoted,

    /// <summary>It became an order.</summary>
    Won,

    /// <summary>It comes to nothing.</summary>
    Lost,
}

/// <summary>A buyer's interest: common property of the consortium until it is assigned to a member firm.</summary>
internal sealed class Lead
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid BuyerId { get; set; }

    /// <summary>The contact at the buyer who asked.</summary>
    public Guid? ContactId { get; set; }

    /// <summary>Where it comes from, such as <c>Catalogue</c>, <c>Fair</c>, <c>Member</c> or <c>Manager</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Codes of the products that the buyer asked for.</summary>
    public List<string> ProductCodes { get; set; } = [];

    /// <summary>What the buyer wrote.</summary>
    public string? Message { get; set; }

    /// <summary>ISO 3166-1 alpha-2 code of the buyer's country.</summary>
    public string? Country { get; set; }

    /// <summary>What it may be worth, in minor units of the consortium's base currency; 0 or more.</summary>
    public long ValueMinor { get; set; }

    public LeadState State { get; set; }

    /// <summary>The member firm that has it; rows of the member filter.</summary>
    public Guid? MemberId { get; set; }

    public DateTime? AssignedAt { get; set; }

    public DateTime? ContactedAt { get; set; }

    public required DateTime ArrivedAt { get; init; }

    public long Version { get; set; }
}
