namespace ExportConsortia.Marketing.Quotations;

/// <summary>The link by which a buyer reads and answers one version.</summary>
internal sealed class QuotationLink
{
    public required string TokenHash { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid QuotationId { get; init; }

    /// <summary>Number of the version.</summary>
    public required int Version { get; init; }

    /// <summary>A new link and its token, which is never seen again.</summary>
    public static (QuotationLink Link, string Token) New(Quotation quotation)
    {
        var token = LinkToken.New();
        var link = new QuotationLink
        {
            TokenHash = LinkToken.HashOf(token), ConsortiumId = quotation.ConsortiumId, QuotationId = quotation.Id,
            Version = quotation.Versions[^1].Number,
        };
        return (link, token);
    }
}
