using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Catalogue;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Portal.Pages.Buyers;

/// <summary>The register of buyers: who they are, what their people agreed to, which are one, and their links to the catalogue.</summary>
internal static class KeepBuyers
{
    private const string List = "/api/marketing/buyers";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/buyers").For(Role.ConsortiumManager, Role.Auditor);
        read.MapGet("", (string? name, Guid? before, HttpContext http, ApiClient api, CancellationToken ct) =>
            ListAsync(name, before, null, http, api, ct));
        read.MapGet("/{id:guid}", (Guid id, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, done ?? false, null, null, http, api, ct));

        var keep = pages.MapGroup("/buyers").For(Role.ConsortiumManager);
        keep.MapPost("", RegisterAsync);
        keep.MapPost("/{id:guid}", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) => ActAsync(
            id, "change",
            form => api.PutAsync<object>(
                $"{List}/{id}",
                new { name = form["name"], site = Text(form["site"]), taxId = Text(form["taxId"]), country = Text(form["country"]) }, ct,
                form["tag"]),
            http, api, words, ct));
        keep.MapPost("/{id:guid}/links", LinkAsync);
        keep.MapPost("/{id:guid}/merges", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) => ActAsync(
            id, "merges", form => api.PostAsync<object>($"{List}/{id}/merges", new { buyerId = form["buyerId"] }, ct, form["key"]), http, api,
                words, ct));
        keep.MapPost("/{id:guid}/merges/{merge:guid}/undo", (Guid id, Guid merge, HttpContext http, ApiClient api, Words words,
            CancellationToken ct) =>
            ActAsync(id, "merges", _ => api.DeleteAsync($"/api/marketing/buyer-merges/{merge}", ct), http, api, words, ct));
        keep.MapPost("/{id:guid}/contacts", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) => ActAsync(
            id, "contact",
            form => api.PostAsync<object>(
                $"{List}/{id}/contacts",
                new
                {
                    name = form["person"], email = Text(form["email"]), phone = Text(form["phone"]), language = Text(form["language"]),
                    consent = form["textVersion"].Length == 0 ? null : new { purpose = form["purpose"], textVersion = form["textVersion"] },
                },
                ct, form["key"]),
            http, api, words, ct));
        keep.MapPost("/{id:guid}/contacts/{contact:guid}/withdrawal",
            (Guid id, Guid contact, HttpContext http, ApiClient api, Words words, CancellationToken ct) => ActAsync(
                id, "contact",
                form => api.PostAsync<object>(
                    $"{List}/{id}/contacts/{contact}/consents",
                        new { purpose = form["purpose"], textVersion = form["textVersion"], given = false }, ct,
                    form["key"]),
                http, api, words, ct));
        keep.MapPost("/{id:guid}/contacts/{contact:guid}/erasure",
            (Guid id, Guid contact, HttpContext http, ApiClient api, Words words, CancellationToken ct) => ActAsync(
                id, "contact", _ => api.DeleteAsync($"{List}/{id}/contacts/{contact}", ct), http, api, words, ct));
        keep.MapPost("/{id:guid}/links/{link:guid}/revocation",
            (Guid id, Guid link, HttpContext http, ApiClient api, Words words, CancellationToken ct) => ActAsync(
                id, "link", _ => api.DeleteAsync($"/api/marketing/buyer-links/{link}", ct), http, api, words, ct));
    }

    private static async Task<IResult> ListAsync(
        string? name, Guid? before, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var query = string.Concat(name is null ? "" : $"&name={Uri.EscapeDataString(name)}", before is null ? "" : $"&before={before}");
        var list = await api.GetAsync<GetBuyersResponse>($"{List}?limit=50{query}", ct);
        return list.Value is not { } page
            ? Reply.Error(http, list.Status)
            : Reply.Page<BuyersPage>(
                new { Page = page, Name = name, Form = form }, form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, bool done, FormState? form, string? page, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (found, links) = (api.GetAsync<GetBuyersDetails>($"{List}/{id}", ct), api.GetAsync<List<KeepLinksResponse>>($"{List}/{id}/links", ct));
        var link = page is null ? null : PublicPlace.OriginOf(http, http.RequestServices.GetRequiredService<IConfiguration>()) + page;
        return (await found).Value is not { } details
            ? Reply.Error(http, (await found).Status)
            : Reply.Page<BuyerPage>(
                new { Details = details, (await found).Tag, Links = (await links).Value ?? [], Done = done, Form = form, Link = link },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> RegisterAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("buyer", await http.Request.ReadFormAsync(ct));
        form.Needed("name", words["buyers.name.needed"]);
        if (!form.Ok)
        {
            return await ListAsync(null, null, form, http, api, ct);
        }

        var answer = await api.PostAsync<BuyerView>(
            List, new { name = form["name"], site = Text(form["site"]), taxId = Text(form["taxId"]), country = Text(form["country"]) }, ct,
                form["key"]);
        return await Reply.AfterAsync(http, answer, $"/buyers/{answer.Value?.Id}?done=true", problem =>
            ListAsync(null, null, form.Refused(problem, words), http, api, ct));
    }

    // The link is shown once, on the answer itself: an address to go to would keep it in the browser's history.
    private static async Task<IResult> LinkAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("link", await http.Request.ReadFormAsync(ct));
        form.Needed("label", words["buyers.link.label.needed"]);
        var days = form.Whole("days", words["buyers.link.days.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(id, false, form, null, http, api, ct);
        }

        var answer = await api.PostAsync<KeepLinksNewLink>($"{List}/{id}/links", new { label = form["label"], days }, ct, form["key"]);
        return answer.Value is { } made
            ? await ShowAsync(id, false, null, made.Page, http, api, ct)
            : await Reply.AfterAsync(http, answer, $"/buyers/{id}", problem =>
                ShowAsync(id, false, form.Refused(problem, words), null, http, api, ct));
    }

    private static async Task<IResult> ActAsync(
        Guid id, string name, Func<FormState, Task<Answer<object>>> act, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState(name, await http.Request.ReadFormAsync(ct));
        return await Reply.AfterAsync(http, await act(form), $"/buyers/{id}?done=true", problem =>
            ShowAsync(
                id, false, form.Refused(problem, words, "", ("name", name == "contact" ? "person" : "name"), ("consent.textVersion", "textVersion")),
                null, http, api, ct));
    }

    private static string? Text(string typed) => typed.Length == 0 ? null : typed;
}
