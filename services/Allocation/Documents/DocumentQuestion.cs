namespace ExportConsortia.Allocation.Documents;

/// <summary>Something in the buyer's document that the service can't act on: the manager decides before the order is accepted.</summary>
internal sealed record DocumentQuestion
{
    /// <summary>Longest value that is shown with the question; the document has all of it.</summary>
    public const int LongestValue = 2000;

    public DocumentQuestion(QuestionKind kind, string? lineId, string path, string value)
    {
        (Kind, LineId, Path) = (kind, lineId, path);
        Value = value.Length <= LongestValue ? value : value[..(LongestValue - 1)] + "…";
    }

    public QuestionKind Kind { get; }

    /// <summary>The buyer's id of the line; null if it is about the whole order.</summary>
    public string? LineId { get; }

    /// <summary>Path in the document.</summary>
    public string Path { get; }

    /// <summary>What the buyer wrote there.</summary>
    public string Value { get; }

    /// <summary>The questions of an order sent as JSON: values that its sender found in a line and had no field for.</summary>
    public static IReadOnlyList<DocumentQuestion> OfJson(OrderDocument order) =>
        [.. order.Unmapped.Where(value => value.Path.StartsWith("/Order/OrderLine", StringComparison.Ordinal))
            .Select(value => new DocumentQuestion(QuestionKind.Unmapped, null, value.Path, value.Value))];

    /// <summary>An order that is addressed to another seller.</summary>
    public static DocumentQuestion OfSeller(DocumentParty seller, bool isFile)
    {
        string?[] written =
        [
            seller.LegalEntity?.RegistrationName, seller.Name, Shown(seller.Endpoint),
            .. seller.Identifications.Append(seller.LegalEntity?.CompanyId).Concat(seller.TaxSchemes.Select(tax => tax.CompanyId)).Select(Shown),
        ];
        return new(QuestionKind.OtherSeller, null, isFile ? "/Order/SellerSupplierParty/Party" : "seller",
            string.Join("; ", written.Where(text => !string.IsNullOrWhiteSpace(text)).Distinct()));

        static string? Shown(Identifier? number) => number?.SchemeId is null ? number?.Value : $"{number.SchemeId}:{number.Value}";
    }
}
