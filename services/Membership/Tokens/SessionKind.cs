namespace ExportConsortia.Membership.Tokens;

/// <summary>What becomes of a session's refresh token when it is used.</summary>
internal enum SessionKind
{
    /// <summary>For programs: each refresh token is valid once, so that a stolen one is noticed.</summary>
    Api,

    /// <summary>
    /// For web pages, which keep the token in an encrypted cookie: it stays the same, so that replicas and tabs can use it at the same moment, and a
    /// lost response does no harm.
    /// </summary>
    Web,
}
