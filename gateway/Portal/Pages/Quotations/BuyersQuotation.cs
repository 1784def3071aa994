using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Quotations;

/// <summary>The buyer, who has no account, reads a quotation by its link, accepts or refuses it, and learns what happens next.</summary>
internal static class BuyersQuotation
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var open = pages.MapGroup("/c/{code}/quotations/{token}").AllowAnonymous();
        open.MapGet("", (string code, string token, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(code, token, null, http, api, ct));
        open.MapPost("/acceptance", AcceptAsync);
        open.MapPost("/refusal", RefuseAsync);
    }

    private static async Task<IResult> ShowAsync(
        string code, string token, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-cache, no-store";   // whoever has the link reads it, no cache on the way
        var answer = await api.GetAsync<BuyersView>(At(token), ct);
        return answer.Value is { } quotation
            ? Reply.Page<BuyersQuotationPage>(
                new { Quotation = quotation, Path = Page(code, token), Form = form },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : Reply.Error(http, answer.Status);
    }

    private static async Task<IResult> AcceptAsync(string code, string token, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("accept", await http.Request.ReadFormAsync(ct));
        var name = form.Needed("name", words["quotations.name.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(code, token, form, http, api, ct);
        }

        var answer = await api.PostAsync<BuyersView>($"{At(token)}/acceptance", new { contentHash = form["hash"], name }, ct);
        return await Reply.AfterAsync(http, answer, Page(code, token), problem =>
            ShowAsync(code, token, form.Refused(problem, words, "name"), http, api, ct));
    }

    private static async Task<IResult> RefuseAsync(string code, string token, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("refuse", await http.Request.ReadFormAsync(ct));
        var reason = form["reason"].Length == 0 ? null : form["reason"];
        var answer = await api.PostAsync<BuyersView>($"{At(token)}/refusal", new { reason }, ct);
        return await Reply.AfterAsync(http, answer, Page(code, token), problem =>
            ShowAsync(code, token, form.Refused(problem, words, "reason"), http, api, ct));
    }

    private static string At(string token) => $"/api/marketing/public/quotations/{Uri.EscapeDataString(token)}";

    private static string Page(string code, string token) => $"/c/{Uri.EscapeDataString(code)}/quotations/{Uri.EscapeDataString(token)}";
}
