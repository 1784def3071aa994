namespace ExportConsortia.Platform.Roster;

/// <summary>Where a member firm stands in its consortium.</summary>
public enum MemberStanding
{
    /// <summary>New: it takes part with limits.</summary>
    Probation,

    /// <summary>It takes part in full.</summary>
    Active,

    /// <summary>It takes no part for now.</summary>
    Suspended,

    /// <summary>It is a member no longer.</summary>
    Left,
}
