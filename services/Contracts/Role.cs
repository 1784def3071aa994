namespace ExportConsortia.Contracts;

/// <summary>The roles that an access token can carry, and what they mean.</summary>
public static class Role
{
    /// <summary>Neutral, belongs to no member firm (F-C3): sees and manages one consortium.</summary>
    public const string ConsortiumManager = nameof(ConsortiumManager);

    /// <summary>Works for one member firm and sees that firm's data only.</summary>
    public const string MemberUser = nameof(MemberUser);

    /// <summary>Runs the installation: consortia, health, failed messages; no business data.</summary>
    public const string Operator = nameof(Operator);

    /// <summary>From an outside organisation: reads everything of one consortium; the second person who approves a split by hand (F-G3).</summary>
    public const string Auditor = nameof(Auditor);

    /// <summary>
    /// The roles that see the raw data of all member firms of their consortium. Nobody who belongs to a member firm has one (F-C3).
    /// </summary>
    public static IReadOnlyList<string> CleanTeam { get; } = [ConsortiumManager, Auditor];
}
