namespace ExportConsortia.Marketing.Catalogue;

/// <summary>A consortium's policy for its catalogue. Without a row: English is wanted, no firm is named, no licence is needed.</summary>
internal sealed class CatalogueSettings
{
    public required Guid ConsortiumId { get; init; }

    /// <summary>Languages in which every sheet should be described.</summary>
    public List<string> Languages { get; set; } = ["en"];

    /// <summary>True: the public reads which member firm makes a product (F-C7).</summary>
    public bool NamesFirms { get; set; }

    /// <summary>How a buyer reaches the consortium, as the public reads it.</summary>
    public string? Contact { get; set; }

    /// <summary>True: only products with a valid brand licence of their firm are shown.</summary>
    public bool NeedsBrandLicence { get; set; }

    /// <summary>Who decided last that firms are named or hidden otherwise; null: nobody, or it was before this was kept.</summary>
    public Guid? DecidedBy { get; set; }

    public DateTime? DecidedAt { get; set; }

    public string? DecidedBecause { get; set; }

    public long Version { get; set; }
}
