namespace ExportConsortia.Portal.Pages.Capacity;

/// <summary>Which declarations a page shows: those of a family, of a firm, and which fifty of them.</summary>
public sealed record Chosen(string? Family, Guid? Firm, int Page)
{
    /// <summary>As an address says it.</summary>
    public static Chosen Of(string? family, string? firm, int? page) => new(
        family is { Length: > 0 } ? family : null, Guid.TryParse(firm, out var id) ? id : null, page is > 0 and < 100_000 ? page.Value : 1);

    /// <summary>As the page showed it on which a form was sent.</summary>
    public static Chosen Of(FormState form) => Of(
        form["chosen-family"], form["chosen-firm"], int.TryParse(form["chosen-page"], out var page) ? page : null);

    /// <summary>As a query, ending in an ampersand unless it is empty.</summary>
    public override string ToString() => (Family is null ? "" : $"family={Uri.EscapeDataString(Family)}&") + (Firm is null ? "" : $"firm={Firm}&")
        + (Page == 1 ? "" : $"page={Page}&");
}
