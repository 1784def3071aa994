using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Campaigns;

/// <summary>A person who gets campaigns follows a message's link and wants no more of them. Opening the page changes nothing.</summary>
internal static class Unsubscribe
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var open = pages.MapGroup("/c/{code}/unsubscribe/{token}").AllowAnonymous();
        open.MapGet("", async (string token, HttpContext http, ApiClient api, CancellationToken ct) =>
        {
            http.Response.Headers.CacheControl = "no-cache, no-store";   // what it says changes with the next click
            var answer = await api.GetAsync<UnsubscribeResponse>(At(token), ct);
            return answer.Value is { } state
                ? Reply.Page<UnsubscribePage>(new { State = state, Path = http.Request.Path.Value })
                : Reply.Error(http, answer.Status);
        });
        open.MapPost("", async (string token, HttpContext http, ApiClient api, CancellationToken ct) =>
        {
            var answer = await api.PostAsync<UnsubscribeResponse>(At(token), new { }, ct);
            return answer.Ok ? Reply.SeeOther(Reply.Local(http.Request.Path.Value)) : Reply.Error(http, answer.Status);
        });
    }

    private static string At(string token) => $"/api/marketing/public/unsubscriptions/{Uri.EscapeDataString(token)}";
}
