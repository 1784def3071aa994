namespace ExportConsortia.Marketing.Buyers;

/// <summary>A firm abroad that buys, or may: common property of the consortium.</summary>
internal sealed class Buyer
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required string Name { get; set; }

    /// <summary>The name without case, accents, legal form and punctuation, by which the same buyer is found again.</summary>
    public required string MatchName { get; set; }

    /// <summary>Domain of its e-mail addresses and its site; null for those of mail providers.</summary>
    public string? Domain { get; set; }

    public string? TaxId { get; set; }

    /// <summary>ISO 3166-1 alpha-2 code.</summary>
    public string? Country { get; set; }

    public List<BuyerContact> Contacts { get; set; } = [];

    /// <summary>The buyer that it was merged into; the merge can be undone.</summary>
    public Guid? MergedInto { get; set; }

    public DateTime CreatedAt { get; init; }

    public long Version { get; set; }
}

/// <summary>A person at a buyer. Only the clean team and the firm that a lead of the buyer is assigned to may read it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The person.</param>
/// <param name="Email">The address, in lower case.</param>
/// <param name="Phone">In international form.</param>
/// <param name="Language">Language code in which the person is written to.</param>
/// <param name="Consents">What the person agreed to, and when; a withdrawal is an entry too.</param>
internal sealed record BuyerContact(Guid Id, string Name, string? Email, string? Phone, string? Language, IReadOnlyList<Consent> Consents);

/// <summary>A person agreed to something, or withdrew it.</summary>
/// <param name="Purpose">For example <c>Inquiry</c> or <c>Campaigns</c>.</param>
/// <param name="TextVersion">Version of the text that the person read.</param>
/// <param name="Given">False: withdrawn.</param>
/// <param name="At">When, UTC.</param>
internal sealed record Consent(string Purpose, string TextVersion, bool Given, DateTime At);
