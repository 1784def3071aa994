using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Markets;

/// <summary>
/// Target markets with the certificates wanted there and their studies: the manager keeps them, everybody in the consortium reads them.
/// </summary>
internal static class KeepMarkets
{
    private const string Markets = "/api/marketing/markets";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/markets").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        read.MapGet("", (bool? done, HttpContext http, ApiClient api, CancellationToken ct) => ListAsync(done ?? false, null, http, api, ct));
        read.MapGet("/{country}", (string country, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(country, done ?? false, null, http, api, ct));
        var keep = pages.MapGroup("/markets").For(Role.ConsortiumManager);
        keep.MapPost("", SaveAsync);
        keep.MapPost("/{country}/studies", PublishAsync);
    }

    private static async Task<IResult> ListAsync(bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<List<MarketView>>(Markets, ct);
        return answer.Value is { } markets
            ? Reply.Page<MarketsPage>(new { Markets = markets, Done = done, Form = form }, Status(form))
            : Reply.Error(http, answer.Status);
    }

    private static async Task<IResult> ShowAsync(string country, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<MarketView>(At(country), ct);
        return answer.Value is { } market
            ? Reply.Page<MarketPage>(new { Market = market, Tag = answer.Tag, Done = done, Form = form }, Status(form))
            : Reply.Error(http, answer.Status);
    }

    private static async Task<IResult> SaveAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("market", await http.Request.ReadFormAsync(ct));
        var country = form.Needed("country", words["markets.country.needed"]);
        Task<IResult> AgainAsync(FormState wrong) =>
            form["tag"].Length == 0 ? ListAsync(false, wrong, http, api, ct) : ShowAsync(country, false, wrong, http, api, ct);
        if (!form.Ok)
        {
            return await AgainAsync(form);
        }

        // One certificate a line: its kind, and after a colon the family of products that it is for.
        var wanted = form.Raw("wanted").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Select(line => new { kind = line[0], productFamily = line.Length > 1 ? line[1] : null }).ToList();
        var answer = await api.PutAsync<MarketView>(
            At(country), new { note = form["note"], wanted }, ct, form["tag"].Length == 0 ? "\"0\"" : form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/markets/{Uri.EscapeDataString(country)}?done=true", problem =>
            AgainAsync(form.Refused(problem, words, "wanted")));
    }

    private static async Task<IResult> PublishAsync(string country, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("study", await http.Request.ReadFormAsync(ct));
        form.Needed("title", words["markets.title.needed"]);
        form.Needed("text", words["markets.text.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(country, false, form, http, api, ct);
        }

        var answer = await api.PostAsync<StudyView>(
            $"{At(country)}/studies", new { title = form["title"], text = form.Raw("text"), link = form["link"] }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/markets/{Uri.EscapeDataString(country)}?done=true", problem =>
            ShowAsync(country, false, form.Refused(problem, words), http, api, ct));
    }

    private static int Status(FormState? form) => form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;

    private static string At(string country) => $"{Markets}/{Uri.EscapeDataString(country)}";
}
