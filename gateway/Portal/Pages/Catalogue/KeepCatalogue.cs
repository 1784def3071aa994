using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Catalogue;

/// <summary>The manager publishes editions, decides how the consortium appears, and sees what is hidden and why.</summary>
internal static class KeepCatalogue
{
    private const string Api = "/api/marketing";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/catalogue").For(Role.ConsortiumManager, Role.Auditor)
            .MapGet("", (string? done, HttpContext http, ApiClient api, CancellationToken ct) => ShowAsync(done, null, http, api, ct));
        var keep = pages.MapGroup("/catalogue").For(Role.ConsortiumManager);
        keep.MapPost("/editions", PublishAsync);
        keep.MapPost("/settings", DecideAsync);
        keep.MapPost("/rebuild", RebuildAsync);
        pages.MapGroup("/catalogue").For(Role.ConsortiumManager, Role.Auditor)
            .MapGet("/editions/{number}", DownloadAsync);
    }

    private static async Task<IResult> ShowAsync(string? done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (editions, preview, hidden, settings) = (
            api.GetAsync<List<GetEditionsResponse>>($"{Api}/editions", ct), api.GetAsync<PublishEditionPreview>($"{Api}/catalogue/preview", ct),
            api.GetAsync<ListHiddenResponse>($"{Api}/catalogue/hidden?take=200", ct),
            api.GetAsync<KeepCatalogueSettingsResponse>($"{Api}/catalogue/settings", ct));
        if ((await editions).Value is not { } list || (await preview).Value is not { } next || (await hidden).Value is not { } unseen
            || (await settings).Value is not { } policy)
        {
            return Reply.Error(http, new[] { (await editions).Status, (await preview).Status, (await hidden).Status, (await settings).Status }.Max());
        }

        return Reply.Page<CataloguePage>(
            new
            {
                Editions = list, Preview = next, Hidden = unseen, Settings = policy, Tag = (await settings).Tag, Done = done, Form = form,
            },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> PublishAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("publish", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<GetEditionsResponse>($"{Api}/editions", new { }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, "/catalogue?done=published", problem =>
            ShowAsync(null, form.Refused(problem, words), http, api, ct));
    }

    private static async Task<IResult> DecideAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("settings", await http.Request.ReadFormAsync(ct));
        var languages = form.Needed("languages", words["catalogue.languages.needed"]).ToLowerInvariant()
            .Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries);
        if (!form.Ok)
        {
            return await ShowAsync(null, form, http, api, ct);
        }

        var answer = await api.PutAsync<KeepCatalogueSettingsResponse>(
            $"{Api}/catalogue/settings",
            new
            {
                languages, namesFirms = form["namesFirms"] == "true", needsBrandLicence = form["needsBrandLicence"] == "true",
                contact = form["contact"].Length > 0 ? form["contact"] : null, reason = form["reason"].Length > 0 ? form["reason"] : null,
            },
            ct, form["tag"]);
        return await Reply.AfterAsync(http, answer, "/catalogue?done=decided", problem =>
            ShowAsync(null, form.Refused(problem, words), http, api, ct));
    }

    private static async Task<IResult> RebuildAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("rebuild", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<RebuildCatalogueResponse>(
            $"{Api}/catalogue/rebuild", new { }, ct, form["key"], TimeSpan.FromMinutes(5));
        var differed = answer.Value is { } rebuilt && rebuilt.Added + rebuilt.Changed + rebuilt.Removed > 0;
        return await Reply.AfterAsync(http, answer, $"/catalogue?done={(differed ? "rebuilt" : "same")}", problem =>
            ShowAsync(null, form.Refused(problem, words), http, api, ct));
    }

    private static async Task<IResult> DownloadAsync(string number, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<byte[]>($"{Api}/editions/{Uri.EscapeDataString(number)}/document", ct);
        return answer.Value is { } bytes
            ? Results.File(bytes, "application/json", $"edition-{number}.json")
            : Reply.Error(http, answer.Status);
    }
}
