using ExportConsortia.Portal.Api;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Portal.Pages.Catalogue;

/// <summary>Where a visitor is: which consortium's catalogue, and in which language its texts are read.</summary>
/// <param name="Code">The consortium's code.</param>
/// <param name="Consortium">Who they are.</param>
/// <param name="Chosen">The language that the address names, if it names one that there are texts or words in.</param>
/// <param name="Origin">The public address of this site.</param>
/// <param name="Token">The signed link by which the visitor came, if any: it stays in the addresses.</param>
/// <param name="Fair">The edition of the fair at whose stand the visitor read the address, if at any: it stays in the addresses.</param>
public sealed record PublicPlace(string Code, PublicConsortium Consortium, string? Chosen, string Origin, string? Token, Guid? Fair = null)
{
    /// <summary>The address's query that names the language.</summary>
    public const string Query = "lang";

    /// <summary>The address's query with the token of a signed link.</summary>
    public const string TokenQuery = "b";

    /// <summary>The address's query with the edition of a fair: it is the source of what the visitor asks for.</summary>
    public const string FairQuery = "source";

    // Languages name themselves; those without a name here show their code.
    private static readonly Dictionary<string, string> s_names = new()
    {
        ["de"] = "Deutsch", ["en"] = "English", ["es"] = "Español", ["fr"] = "Français", ["it"] = "Italiano", ["ja"] = "日本語", ["km"] = "ខ្មែរ",
        ["lo"] = "ລາວ", ["my"] = "မြန်မာ", ["nl"] = "Nederlands", ["pl"] = "Polski", ["pt"] = "Português", ["th"] = "ไทย", ["vi"] = "Tiếng Việt",
        ["zh"] = "中文",
    };

    /// <summary>The language in which texts are read where there are some in it.</summary>
    public string Language => Chosen ?? Web.Language.Current.Code;

    /// <summary>Every language that the visitor can choose, those of the texts and those of the pages.</summary>
    public IEnumerable<(string Code, string Name)> Languages => Consortium.Languages.Union(Web.Language.All.Select(l => l.Code))
        .Order(StringComparer.Ordinal).Select(code => (code, NameOf(code)));

    /// <summary>A language's name in itself.</summary>
    public static string NameOf(string code) => s_names.GetValueOrDefault(code) ?? code;

    /// <summary>An address with the visitor's language, signed link and fair.</summary>
    public string Link(string path) => In(path, Chosen);

    /// <summary>The same in another language.</summary>
    public string In(string path, string? language) =>
        path + QueryOf(path.Contains('?', StringComparison.Ordinal) ? '&' : '?', (Query, language), (TokenQuery, Token), (FairQuery, $"{Fair:N}"));

    /// <summary>The address of this page in the language of its texts, for search engines.</summary>
    public string InContent(string path) => path + QueryOf('?', (Query, Chosen));

    /// <summary>An address with this site's name.</summary>
    public string Absolute(string path) => Origin + path;

    /// <summary>The text in the visitor's language, else in English, else in the first there is.</summary>
    public (string Language, T Text) Read<T>(IReadOnlyDictionary<string, T> texts) => texts.TryGetValue(Language, out var own) ? (Language, own)
        : texts.TryGetValue("en", out var english) ? ("en", english)
        : texts.OrderBy(text => text.Key, StringComparer.Ordinal).Select(text => (text.Key, text.Value)).FirstOrDefault();

    /// <summary>The consortium that the address names; null if it has no catalogue.</summary>
    internal static async Task<(PublicPlace? Place, int Status)> FindAsync(
        string code, HttpContext http, ApiClient api, IConfiguration configuration, CancellationToken ct)
    {
        var answer = await api.GetAsync<PublicConsortium>($"/api/marketing/public/{Uri.EscapeDataString(code)}", ct);
        if (answer.Value is not { } consortium)
        {
            return (null, answer.Status);
        }

        var asked = http.Request.Query[Query].ToString();
        var origin = OriginOf(http, configuration);
        var token = http.Request.Query[TokenQuery].ToString();
        return (new(
            consortium.Code, consortium, consortium.Languages.Contains(asked) || Web.Language.Find(asked) is not null ? asked : null, origin,
            token is { Length: > 0 and <= 100 } ? token : null, Guid.TryParse(http.Request.Query[FairQuery], out var fair) ? fair : null),
            answer.Status);
    }

    /// <summary>The public address of this site.</summary>
    internal static string OriginOf(HttpContext http, IConfiguration configuration) =>
        (configuration["Auth:Issuer"] ?? $"{http.Request.Scheme}://{http.Request.Host}").TrimEnd('/');

    private static string QueryOf(char first, params (string Name, string? Value)[] parts)
    {
        var known = parts.Where(part => part.Value is { Length: > 0 }).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToList();
        return known.Count > 0 ? first + string.Join('&', known) : "";
    }
}
