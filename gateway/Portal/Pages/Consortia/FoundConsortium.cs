using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Invitations;

namespace ExportConsortia.Portal.Pages.Consortia;

/// <summary>An operator sees the consortia of the installation, nothing of what is in them, founds another one and invites its manager.</summary>
internal static class FoundConsortium
{
    private const string Consortia = "/api/membership/consortia";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var found = pages.MapGroup("/consortia").For(Role.Operator);
        found.MapGet("", (HttpContext http, ApiClient api, CancellationToken ct) => ShowAsync(new(), http, api, ct));
        found.MapPost("", FoundAsync);
    }

    private static async Task<IResult> ShowAsync(FoundingState state, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<List<ListConsortiaResponse>>(Consortia, ct);
        return answer.Value is { } all
            ? Reply.Page<ConsortiaPage>(
                new { Consortia = all, State = state }, state.Form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : Reply.Error(http, answer.Status);
    }

    // Answered with the page itself: the manager's link is shown this once and kept nowhere.
    private static async Task<IResult> FoundAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("founding", await http.Request.ReadFormAsync(ct));
        var request = new
        {
            code = form.Needed("code", words["founding.code.needed"]),
            name = form.Needed("name", words["founding.name.needed"]),
            baseCurrency = form.Needed("baseCurrency", words["founding.currency.needed"]).ToUpperInvariant(),
            timeZone = form.Needed("timeZone", words["founding.zone.needed"]),
            manager = new { email = form.Needed("email", words["accounts.email.needed"]) },
        };
        if (!form.Ok)
        {
            return await ShowAsync(new() { Form = form }, http, api, ct);
        }

        var answer = await api.PostAsync<FoundConsortiumResponse>(Consortia, request, ct, form["key"]);
        return answer.Value is { } founded
            ? await ShowAsync(new() { Founded = founded, Link = NewInvitation.LinkOf(http, founded.Manager) }, http, api, ct)
            : await Reply.AfterAsync(http, answer, "", problem => ShowAsync(
                new()
                {
                    Form = form.Refused(
                        problem, words, problem.Code == "EMAIL_TAKEN" ? "email" : "code",
                        ("manager.email", "email")),
                },
                http, api, ct));
    }
}
