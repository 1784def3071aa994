using System.Globalization;
using System.Text;
using System.Xml.Linq;
using ExportConsortia.Portal.Api;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Portal.Pages.Catalogue;

/// <summary>The public pages of a consortium: its catalogue, for anybody, without an account.</summary>
internal static class ShowCatalogue
{
    /// <summary>Public pages that read may be kept for a minute by whoever likes.</summary>
    public const string Root = "/c";

    private const int PartSize = 500;   // as many as the interface gives at a time
    private const int MostPrinted = 5000;

    private static readonly XNamespace Sitemap = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var open = pages.MapGroup(Root + "/{code}").AllowAnonymous();
        open.MapGet("", HomeAsync);
        open.MapGet("/catalogue", SearchAsync);
        open.MapGet("/catalogue/print", PrintAsync);
        open.MapGet("/catalogue/{slug}", ItemAsync);
        open.MapGet("/request/{slug}", (string code, string slug, string? sent, HttpContext http, ApiClient api, IConfiguration settings,
            CancellationToken ct) => AskAsync(code, slug, sent is not null, null, http, api, settings, ct));
        open.MapPost("/request/{slug}", SendAsync);
        open.MapGet("/sitemap.xml", SitemapAsync);
        pages.MapGet("/robots.txt", () => Results.Text(
            "User-agent: *\nAllow: /c/\nAllow: /assets/\nAllow: /api/marketing/images/\nDisallow: /\n",
            "text/plain", Encoding.UTF8)).AllowAnonymous();
    }

    private static async Task<IResult> HomeAsync(
        string code, HttpContext http, ApiClient api, IConfiguration settings, CancellationToken ct)
    {
        var found = api.GetAsync<ReadCatalogueFound>($"{At(code)}/items?take=8", ct);
        var (place, status) = await PublicPlace.FindAsync(code, http, api, settings, ct);
        return place is null || (await found).Value is not { } items
            ? Reply.Error(http, place is null ? status : (await found).Status)
            : Reply.Page<PublicHomePage>(new { Place = place, Found = items });
    }

    private static async Task<IResult> SearchAsync(
        string code, HttpContext http, ApiClient api, IConfiguration settings, CancellationToken ct)
    {
        var search = PublicSearch.Read(http.Request.Query);
        var found = api.GetAsync<ReadCatalogueFound>($"{At(code)}/items{search.ToInterface()}", ct);
        var (place, status) = await PublicPlace.FindAsync(code, http, api, settings, ct);
        if (place is null || (await found).Value is not { } items)
        {
            return Reply.Error(http, place is null ? status : (await found).Status);
        }

        return Reply.Page<PublicSearchPage>(new { Place = place, Search = search, Found = items });
    }

    private static async Task<IResult> ItemAsync(
        string code, string slug, HttpContext http, ApiClient api, IConfiguration settings, CancellationToken ct)
    {
        var found = api.GetAsync<PublicItem>($"{At(code)}/items/{Uri.EscapeDataString(slug)}", ct);
        var (place, status) = await PublicPlace.FindAsync(code, http, api, settings, ct);
        if (place is null || (await found).Value is not { } item)
        {
            return Reply.Error(http, place is null ? status : (await found).Status);
        }

        if (item.Slug != slug)
        {
            return Reply.SeeOther(place.Link($"{Root}/{place.Code}/catalogue/{item.Slug}"));   // found by its id
        }

        if (place.Token is { } token)
        {
            // Who sent the link sees that it was opened. Whether that is counted or not, the visitor reads the page.
            await api.PostAsync<object>($"{At(code)}/visits", new { token, item = item.ProductCode }, ct);
            http.Response.Headers.CacheControl = "no-store";
        }

        return Reply.Page<PublicItemPage>(new { Place = place, Item = item });
    }

    private static async Task<IResult> PrintAsync(
        string code, HttpContext http, ApiClient api, IConfiguration settings, CancellationToken ct)
    {
        var (place, status) = await PublicPlace.FindAsync(code, http, api, settings, ct);
        var items = new List<PublicItem>();
        for (var more = place is not null; more && items.Count < MostPrinted;)
        {
            var part = await api.GetAsync<List<PublicItem>>(
                string.Create(CultureInfo.InvariantCulture, $"{At(code)}/all-items?skip={items.Count}"), ct);
            status = part.Status;
            items.AddRange(part.Value ?? []);
            more = part.Value is { Count: PartSize };
        }

        return place is null || status != StatusCodes.Status200OK
            ? Reply.Error(http, status)
            : Reply.Page<PublicPrintPage>(new { Place = place, Items = items });
    }

    private static async Task<IResult> AskAsync(
        string code, string slug, bool sent, FormState? form, HttpContext http, ApiClient api, IConfiguration settings, CancellationToken ct)
    {
        var found = api.GetAsync<PublicItem>($"{At(code)}/items/{Uri.EscapeDataString(slug)}", ct);
        var (place, status) = await PublicPlace.FindAsync(code, http, api, settings, ct);
        return place is null || (await found).Value is not { } item
            ? Reply.Error(http, place is null ? status : (await found).Status)
            : Reply.Page<PublicRequestPage>(
                new { Place = place, Item = item, Sent = sent, Form = form ?? new FormState("request") },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> SendAsync(
        string code, string slug, HttpContext http, ApiClient api, IConfiguration settings, Words words, CancellationToken ct)
    {
        var form = new FormState("request", await http.Request.ReadFormAsync(ct));
        form.Needed("name", words["public.name.needed"]);
        form.Needed("firm", words["public.firm.needed"]);
        if (!form["email"].Contains('@', StringComparison.Ordinal))
        {
            form.Wrong("email", words["public.email.needed"]);
        }

        if (form["consent"] != "true")
        {
            form.Wrong("consent", words["public.consent.needed"]);
        }

        if (!form.Ok)
        {
            return await AskAsync(code, slug, sent: false, form, http, api, settings, ct);
        }

        Guid? fair = Guid.TryParse(http.Request.Query[PublicPlace.FairQuery], out var edition) ? edition : null;
        var answer = await api.PostAsync<object>($"{At(code)}/requests", new
        {
            company = form["firm"], name = form["name"], email = form["email"], phone = Known("phone"),
            country = Known("country")?.ToUpperInvariant(), language = Language.Current.Code,
            productCodes = new[] { form["product"] }, message = Known("message"), consent = true,
            consentTextVersion = words["public.consent.version"], website = Known("website"), fairEditionId = fair,
        }, ct);
        var done = $"{Root}/{Uri.EscapeDataString(code)}/request/{Uri.EscapeDataString(slug)}?sent=yes"
            + (fair is null ? "" : $"&{PublicPlace.FairQuery}={fair:N}");
        return await Reply.AfterAsync(http, answer, done, problem =>
            AskAsync(
                code, slug, sent: false, form.Refused(problem, words, "", ("company", "firm"), ("productCodes", "")), http, api, settings, ct));

        string? Known(string field) => form[field].Length > 0 ? form[field] : null;
    }

    private static async Task<IResult> SitemapAsync(
        string code, HttpContext http, ApiClient api, IConfiguration settings, CancellationToken ct)
    {
        var found = api.GetAsync<List<SitemapEntry>>($"{At(code)}/sitemap", ct);
        var (place, status) = await PublicPlace.FindAsync(code, http, api, settings, ct);
        if (place is null || (await found).Value is not { } entries)
        {
            return Reply.Error(http, place is null ? status : (await found).Status);
        }

        var map = new XElement(
            Sitemap + "urlset",
            new XAttribute(XNamespace.Xmlns + "xhtml", Html),
            new XElement(Sitemap + "url", new XElement(Sitemap + "loc", place.Absolute($"{Root}/{place.Code}/catalogue"))),
            entries.Select(entry => new XElement(
                Sitemap + "url",
                new XElement(Sitemap + "loc", place.Absolute(Of(entry))),
                entry.Languages.Select(language => new XElement(
                    Html + "link", new XAttribute("rel", "alternate"), new XAttribute("hreflang", language),
                    new XAttribute("href", place.Absolute($"{Of(entry)}?{PublicPlace.Query}={language}")))))));
        return Results.Text("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + map, "application/xml", Encoding.UTF8);

        string Of(SitemapEntry entry) => $"{Root}/{place.Code}/catalogue/{entry.Slug}";
    }

    private static string At(string code) => $"/api/marketing/public/{Uri.EscapeDataString(code)}";
}
