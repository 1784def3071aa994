using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Operations;

/// <summary>
/// How the platform runs, for operators: each service ready or why not, its replicas and version, messages that failed, and the few things that an
/// operator does. No business data.
/// </summary>
internal static class Operate
{
    // Each has its part in the interface: /api/{service}. Behind a gateway it says itself which there are.
    private static readonly string[] Services = ["allocation", "marketing", "membership", "tradefairs"];

    /// <summary>The services of whose data others keep copies.</summary>
    public static readonly string[] Republished = ["membership", "marketing", "tradefairs"];

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);   // a whole installation is published again

    public static void Map(IEndpointRouteBuilder pages)
    {
        var operate = pages.MapGroup("/operations").For(Role.Operator);
        operate.MapGet("", (string? done, long? number, string? service, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(done, number, service, null, http, api, ct));
        operate.MapPost("/{service}/resend", ResendAsync);
        operate.MapPost("/republication", RepublishAsync);
        operate.MapPost("/signing-key", RotateAsync);
    }

    private static async Task<IResult> ShowAsync(
        string? done, long? number, string? service, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        // Side by side: the gateway and each service. What doesn't answer is shown as such.
        var gateway = api.GetAsync<GatewayStatusResponse>("/api/gateway/status", ct);
        var services = await Task.WhenAll(Services.Select(async name =>
            new ServiceHealth(name, (await api.GetAsync<ServiceStatusResponse>($"/api/{name}/status", ct)).Value)));
        return Reply.Page<OperationsPage>(
            new
            {
                Gateway = (await gateway).Value, Services = services, Done = done, Number = number ?? 0,
                Service = Services.Contains(service) ? service : null, Form = form,
            },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ResendAsync(string service, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        if (!Services.Contains(service))
        {
            return Reply.Error(http, StatusCodes.Status404NotFound);
        }

        var form = new FormState("resend", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<FailedMessagesResent>($"/api/{service}/failed-messages/resend", new { }, ct, form["key"], Long);
        return await Reply.AfterAsync(http, answer, $"/operations?done=resent&service={service}&number={answer.Value?.Messages}", problem =>
            ShowAsync(null, null, null, form.Refused(problem, words), http, api, ct));
    }

    private static async Task<IResult> RepublishAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        // What Membership knows or, separately, what one of the others knows.
        var sent = await http.Request.ReadFormAsync(ct);
        var of = Republished.Contains($"{sent["of"]}") ? $"{sent["of"]}" : Republished[0];
        var form = new FormState($"republish-{of}", sent);
        var answer = await api.PostAsync<RepublishResponse>($"/api/{of}/republications", new { }, ct, form["key"], Long);
        return await Reply.AfterAsync(http, answer, $"/operations?done=republished&number={answer.Value?.Messages}", problem =>
            ShowAsync(null, null, null, form.Refused(problem, words), http, api, ct));
    }

    private static async Task<IResult> RotateAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("rotate", await http.Request.ReadFormAsync(ct));
        var leaked = form["leaked"] == "true";
        var answer = await api.PostAsync<RotateSigningKeysResponse>("/api/membership/signing-keys", new { leaked }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/operations?done={(leaked ? "replaced" : "rotated")}", problem =>
            ShowAsync(null, null, null, form.Refused(problem, words), http, api, ct));
    }
}
