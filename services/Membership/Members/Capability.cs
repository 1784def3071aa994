namespace ExportConsortia.Membership.Members;

/// <summary>One product that a member firm can make.</summary>
/// <param name="ProductCode">The consortium's product code: 1 to 50 letters, digits, hyphens, underscores or dots.</param>
/// <param name="ProductName">What buyers call it, 1 to 200 characters.</param>
/// <param name="ProductFamily">The family whose capacity it uses, 1 to 100 characters.</param>
public sealed record Capability(string ProductCode, string ProductName, string ProductFamily);
