using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Members;

/// <summary>A product that a firm may be able to make.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">What buyers call it.</param>
/// <param name="Family">Its family.</param>
/// <param name="Ticked">True if the box is ticked.</param>
/// <param name="Changed">True if somebody else has changed it since the form was opened: the box differs from what is so now.</param>
public sealed record ProductChoice(string Code, string Name, string Family, bool Ticked, bool Changed)
{
    /// <summary>
    /// Every product that new orders can name, and everything that the firm makes already; ticked as it is now, or as <paramref name="typed"/>.
    /// </summary>
    internal static IReadOnlyList<ProductChoice> Of(
        IReadOnlyList<ListProductsResponse> list, IReadOnlyList<DeclareCapabilitiesProductMade> made, IReadOnlyList<string>? typed)
    {
        var now = made.Select(product => product.ProductCode).ToHashSet(StringComparer.Ordinal);
        var ticked = typed?.ToHashSet(StringComparer.Ordinal) ?? now;
        return [.. list.Where(product => !product.Retired || now.Contains(product.Code))
            .Select(product => (product.Code, product.Name, product.Family))
            .Concat(made.Select(product => (Code: product.ProductCode, Name: product.ProductName, Family: product.ProductFamily)))
            .DistinctBy(product => product.Code).OrderBy(product => product.Family, StringComparer.Ordinal)
            .ThenBy(product => product.Code, StringComparer.Ordinal)
            .Select(product => new ProductChoice(
                product.Code, product.Name, product.Family, ticked.Contains(product.Code),
                ticked.Contains(product.Code) != now.Contains(product.Code)))];
    }
}
