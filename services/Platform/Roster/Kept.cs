namespace ExportConsortia.Platform.Roster;

/// <summary>What keeping a message did to a copied row.</summary>
public enum Kept
{
    /// <summary>Nothing: it said this already, or something newer is known.</summary>
    AsItWas,

    /// <summary>It is new.</summary>
    Added,

    /// <summary>It says something else now.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Removed,
}
