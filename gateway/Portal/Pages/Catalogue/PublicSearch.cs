using System.Globalization;

namespace ExportConsortia.Portal.Pages.Catalogue;

/// <summary>What a visitor searches for, as the address says it.</summary>
public sealed record PublicSearch(string? Words, string? Family, string? Origin, string? Certificate, string? Language, int Page)
{
    /// <summary>Items on a page.</summary>
    public const int Size = 24;

    private const int LastPage = 41;   // of 1,000 items

    internal static PublicSearch Read(IQueryCollection query)
    {
        return new(Text("q"), Text("family"), Text("origin"), Text("certificate"), Text("in"),
            int.TryParse(query["page"], out var page) ? Math.Clamp(page, 1, LastPage) : 1);

        string? Text(string name) => query[name].ToString().Trim() is { Length: > 0 } text ? text[..Math.Min(text.Length, 200)] : null;
    }

    /// <summary>True if anything narrows it.</summary>
    public bool IsNarrowed => (Words ?? Family ?? Origin ?? Certificate ?? Language) is not null;

    /// <summary>What is chosen of a filter.</summary>
    public string? Chosen(string filter) => filter switch
    {
        "Family" => Family, "Origin" => Origin, "Certificate" => Certificate, _ => Language,
    };

    /// <summary>The same search with another choice of a filter; none: without it.</summary>
    public PublicSearch With(string filter, string? value) => (filter switch
    {
        "Family" => this with { Family = value }, "Origin" => this with { Origin = value }, "Certificate" => this with { Certificate = value },
        _ => this with { Language = value },
    }) with { Page = 1 };

    /// <summary>The address of this search.</summary>
    public string Address(PublicPlace place) => place.Link($"/c/{place.Code}/catalogue{Query("q", "in", Page > 1 ? ("page", Page) : null)}");

    /// <summary>The question to the interface.</summary>
    public string ToInterface() => Query("words", "language", ("skip", (Page - 1) * Size), ("take", Size));

    private string Query(string words, string language, params (string, int)?[] more)
    {
        var parts = new (string Name, string? Value)[]
        {
            (words, Words), ("family", Family), ("origin", Origin), ("certificate", Certificate), (language, Language),
        }.Concat(more.OfType<(string Name, int Value)>().Select(m => (m.Name, Value: (string?)m.Value.ToString(CultureInfo.InvariantCulture))));
        var query = string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return query.Length == 0 ? "" : "?" + query;
    }
}
