namespace ExportConsortia.Contracts;

/// <summary>The claims of an access token, beside those that the standard names.</summary>
public static class ClaimName
{
    /// <summary>A role of the caller (<see cref="Contracts.Role"/>).</summary>
    public const string Role = "role";

    /// <summary>The session that the token was issued in, in tokens of our own.</summary>
    public const string Session = "sid";

    /// <summary>The consortium that the caller belongs to.</summary>
    public const string Consortium = "consortium";

    /// <summary>The member firm that the caller works for.</summary>
    public const string Member = "member";

    /// <summary><c>true</c> for a person who works in sales .</summary>
    public const string Sales = "sales";

    /// <summary>
    /// The other accounts, of which each could have made the caller's account, or taken it over, alone: ids separated by blanks, at most 20. Two
    /// accounts are two people only if no account stands behind both. Tokens of an outside issuer have none: it is trusted to know people apart.
    /// </summary>
    public const string Controllers = "controllers";
}
