using System.Text;
using System.Text.Json;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Session;
using Microsoft.AspNetCore.Antiforgery;

namespace ExportConsortia.Portal.Pages.AtTheFair;

/// <summary>
/// The page at the stand. It must open and work without a network, so a script of its own keeps on the device what is captured, and sends it later.
/// The page itself is the same for everybody and says nothing of anybody: who captures, and for which fair, the script asks by itself.
/// </summary>
internal static class CaptureLeads
{
    private const string Root = "/fairs/{edition:guid}/capture";

    private static readonly string[] Kept = ["portal.css", "capture.css", "capture.js", "icon.svg"];

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Root, Show).AllowAnonymous();
        pages.MapGet(Root + "/worker.js", Worker).AllowAnonymous();
        pages.MapGet(Root + "/manifest.webmanifest", Manifest).AllowAnonymous();
        var people = pages.MapGroup(Root).For(Role.MemberUser, Role.ConsortiumManager);
        people.MapGet("/session", SessionAsync);
        people.MapPost("/leads", SendAsync);
    }

    /// <summary>True for the page, which may be installed.</summary>
    public static bool IsAt(PathString path) => path.Value is { } at && at.StartsWith("/fairs/", StringComparison.Ordinal)
        && at.EndsWith("/capture", StringComparison.Ordinal);

    // A document of its own: no script of other pages patches it in.
    private static IResult Show(Guid edition, HttpContext http)
    {
        http.Response.OnStarting(() =>
        {
            http.Response.Headers.Remove("blazor-enhanced-nav");
            return Task.CompletedTask;
        });
        return Reply.Page<CapturePage>(new { Edition = edition });
    }

    // What it keeps changes with the page's files and language: then browsers take the new one in.
    private static IResult Worker(Guid edition, HttpContext http)
    {
        http.Response.Headers["Service-Worker-Allowed"] = At(edition);
        string[] files = [.. Kept.Select(Files.Of)];
        var version = $"{Language.Current.Code} {string.Join(' ', files.Append(Files.Of("capture-worker.js")).Select(file => file.Split('/')[2]))}";
        return Results.Text(
            $"const page = \"{At(edition)}\", version = \"{version}\", files = [{string.Join(", ", files.Select(file => $"\"{file}\""))}];\n"
            + Files.Text("capture-worker.js"), "text/javascript", Encoding.UTF8);
    }

    private static IResult Manifest(Guid edition, Words words) => Results.Json(
        new
        {
            name = words["capture.title"], short_name = words["capture.short"], start_url = At(edition), scope = At(edition), display = "standalone",
            background_color = "#f4f6f7", theme_color = "#ffffff", lang = Language.Current.Code,
            icons = new[] { new { src = Files.Of("icon.svg"), sizes = "any", type = "image/svg+xml", purpose = "any" } },
        },
        contentType: "application/manifest+json");

    private static async Task<IResult> SessionAsync(
        Guid edition, HttpContext http, ApiClient api, Visit visit, IAntiforgery antiforgery, CancellationToken ct)
    {
        var (fair, products) = (
            api.GetAsync<EditionView>($"/api/tradefairs/editions/{edition}", ct),
            api.GetAsync<List<ListProductsResponse>>("/api/membership/products", ct));
        if ((await fair).Value is not { } found)
        {
            return Results.StatusCode((await fair).Status);
        }

        // The service decides whether the firm may capture; nobody else's leads are shown or sent on this device meanwhile.
        DevicePerson.Keep(http, visit.User);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new
        {
            person = visit.UserId, name = visit.Name, house = visit.House, fair = $"{found.FairName} {found.Name}",
            products = ((await products).Value ?? []).Where(product => !product.Retired).Select(product => new { product.Code, product.Name }),
            token = antiforgery.GetAndStoreTokens(http).RequestToken,
        });
    }

    private static async Task<IResult> SendAsync(Guid edition, Batch batch, ApiClient api, Visit visit, CancellationToken ct)
    {
        if (batch.Person != visit.UserId)
        {
            // Somebody else has signed in since: what they captured is not this person's to send.
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        }

        var answer = await api.PostAsync<CaptureLeadsResponse>($"/api/tradefairs/editions/{edition}/leads", new { batch.Leads }, ct);
        return answer.Value is { } done
            ? Results.Json(done)
            : Results.Json(new { answer.Problem?.Code }, statusCode: answer.Status);
    }

    private static string At(Guid edition) => $"/fairs/{edition}/capture";

    /// <summary>What the script sends.</summary>
    /// <param name="Person">Who captured it.</param>
    /// <param name="Leads">The leads, as the interface takes them.</param>
    internal sealed record Batch(Guid Person, IReadOnlyList<JsonElement> Leads);
}
