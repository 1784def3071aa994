namespace ExportConsortia.Platform.Roster;

/// <summary>
/// Where our copy of one kind of a consortium's data stands: the epoch of the last snapshot that replaced it, and what that changed.
/// </summary>
public sealed class Copy
{
    /// <summary>The kind of the consortia themselves, whose copy belongs to no consortium.</summary>
    public const string OfConsortia = "consortia";

    /// <summary>Firms, their standing and capabilities, and rulebooks.</summary>
    public const string OfRoster = "roster";

    /// <summary>The list of products.</summary>
    public const string OfProducts = "products";

    /// <summary>Declarations of capacity.</summary>
    public const string OfCapacity = "capacity";

    /// <summary>Brand licences and names in the catalogue.</summary>
    public const string OfBrand = "brand";

    /// <summary>What became of leads.</summary>
    public const string OfLeads = "leads";

    /// <summary>Fairs that firms go to.</summary>
    public const string OfFairs = "fairs";

    /// <summary>The consortium; empty for <see cref="OfConsortia"/>.</summary>
    public required Guid ConsortiumId { get; init; }

    /// <summary>What is copied.</summary>
    public required string Kind { get; init; }

    /// <summary>The snapshot's epoch: what was sent in an older one is ignored.</summary>
    public long Epoch { get; private set; }

    /// <summary>In how many parts the snapshot comes.</summary>
    public int Parts { get; private set; }

    /// <summary>How many have come, in any order; what none of them names goes with the last.</summary>
    public int PartsSeen { get; private set; }

    /// <summary>How much the snapshot named that was unknown.</summary>
    public int Added { get; private set; }

    /// <summary>How much it named that was different.</summary>
    public int Changed { get; private set; }

    /// <summary>How much it didn't name any more.</summary>
    public int Removed { get; private set; }

    /// <summary>When the last part came, UTC; null: not all have come.</summary>
    public DateTime? ReplacedAt { get; private set; }

    /// <summary>The next part is handled. True if it is the last.</summary>
    internal bool See(long epoch, int parts)
    {
        if (epoch > Epoch)
        {
            (Epoch, Parts, PartsSeen, Added, Changed, Removed, ReplacedAt) = (epoch, parts, 0, 0, 0, 0, null);
        }

        return ++PartsSeen == Parts;
    }

    /// <summary>Counts what the snapshot did to a row.</summary>
    public void Count(Kept kept, int rows = 1) => _ = kept switch
    {
        Kept.Added => Added += rows,
        Kept.Changed => Changed += rows,
        Kept.Removed => Removed += rows,
        _ => 0,
    };

    /// <summary>Nothing that none of the parts named is left.</summary>
    internal void End(DateTime now) => ReplacedAt = now;
}
