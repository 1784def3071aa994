namespace ExportConsortia.Membership.Products;

/// <summary>What a firm said of a product before there was a list, if the list says something else.</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="ProductName">The name that it gave.</param>
/// <param name="ProductFamily">The family that it gave.</param>
public sealed record Contradiction(Guid MemberId, string ProductName, string ProductFamily);
