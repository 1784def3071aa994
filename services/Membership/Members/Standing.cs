namespace ExportConsortia.Membership.Members;

/// <summary>A member firm's standing in its consortium (H1): Probation → Active ⇄ Suspended → Left.</summary>
public enum Standing
{
    /// <summary>The first period, with reduced rights: at most a small part of an order line.</summary>
    Probation,

    /// <summary>A member with all rights.</summary>
    Active,

    /// <summary>Gets no new offers; what it accepted stays binding.</summary>
    Suspended,

    /// <summary>Left for good. To return, the firm must be admitted again.</summary>
    Left,
}
