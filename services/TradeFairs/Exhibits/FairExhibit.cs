namespace ExportConsortia.TradeFairs.Exhibits;

/// <summary>Goods that a firm shows at a fair. The firm and the clean team read them.</summary>
internal sealed class FairExhibit
{
    public const int LongestText = 200;
    public const int MostPieces = 100_000;
    public const long MostValueMinor = 1_000_000_000_000;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>What it is, as customs read it.</summary>
    public string Description { get; set; } = "";

    public string? ProductCode { get; set; }

    public int Pieces { get; set; }

    /// <summary>Of all pieces together, in grams.</summary>
    public long WeightGrams { get; set; }

    /// <summary>Of all pieces together, in minor units of the edition's currency.</summary>
    public long ValueMinor { get; set; }

    /// <summary>ISO 3166-1 alpha-2 code.</summary>
    public string Origin { get; set; } = "";

    /// <summary>It travels on the ATA carnet: it may enter without duty, and must come back.</summary>
    public bool OnCarnet { get; set; }

    /// <summary>Pieces that are back home.</summary>
    public int Returned { get; private set; }

    /// <summary>Pieces that stayed there: sold or given away.</summary>
    public int Stayed { get; private set; }

    /// <summary>Pieces that were used up, broken or lost.</summary>
    public int Lost { get; private set; }

    /// <summary>When somebody last said what became of it, UTC; null: nobody has.</summary>
    public DateTime? ReconciledAt { get; private set; }

    /// <summary>True: the manager said so, who clears the carnet. The firm can't say otherwise any more.</summary>
    public bool ReconciledByManager { get; private set; }

    public required DateTime CreatedAt { get; init; }

    public long Version { get; set; }

    /// <summary>Somebody says what became of it.</summary>
    public void Reconcile(int returned, int stayed, int lost, bool byManager, DateTime now)
    {
        (Returned, Stayed, Lost) = (returned, stayed, lost);
        (ReconciledAt, ReconciledByManager) = (now, byManager);
    }

    /// <summary>Pieces of which nobody has said yet where they are.</summary>
    public int Unaccounted => Pieces - Returned - Stayed - Lost;

    /// <summary>Pieces on the carnet that don't come back: customs ask for duty.</summary>
    public int DutyDue => OnCarnet ? Stayed + Lost : 0;
}
