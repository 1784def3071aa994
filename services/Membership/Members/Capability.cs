namespace ExportConsortia.Membership.Members;

/// <summary>One product that a member firm can make. What it is called and the family it belongs to are in the consortium's list.</summary>
/// <param name="ProductCode">The product's code in the list.</param>
internal sealed record Capability(string ProductCode);
