using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Consortia;

/// <summary>The party that the consortium trades as: buyers address their orders to it, and answers name it as the seller.</summary>
internal static class StateParty
{
    /// <summary>Empty rows for further numbers.</summary>
    public const int SpareRows = 2;

    private const int MostRows = 20;

    private static readonly string[] NumberParts = ["value", "scheme"];

    private const string Address = "/api/membership/consortium/party";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/party", (bool? done, HttpContext http, ApiClient api, CancellationToken ct) => ShowAsync(done == true, null, http, api, ct))
            .For(Role.ConsortiumManager, Role.Auditor);
        pages.MapPost("/party", StateAsync).For(Role.ConsortiumManager);
    }

    private static async Task<IResult> ShowAsync(bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (consortia, stated) = (api.GetAsync<List<ListConsortiaResponse>>("/api/membership/consortia", ct),
            api.GetAsync<StatePartyResponse>(Address, ct));
        return (await consortia).Value is [var own, ..] && (await stated).Value is { } now
            ? Reply.Page<PartyPage>(
                new { Consortium = own, now.Party, (await stated).Tag, Done = done, Form = form },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : Reply.Error(http, (await stated).Ok ? StatusCodes.Status503ServiceUnavailable : (await stated).Status);
    }

    private static async Task<IResult> StateAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("party", await http.Request.ReadFormAsync(ct));
        var rows = Enumerable.Range(0, MostRows).Where(row => form[$"value{row}"].Length > 0).ToList();
        var party = new Party(
            form.Needed("legalName", words["party.legal.needed"]), Typed("tradingName"),
            Typed("endpoint") is { } endpoint ? new(endpoint, Typed("endpointScheme")) : null,
            rows.ConvertAll(row => new PartyNumber(form[$"value{row}"], Typed($"scheme{row}"))), Typed("taxId"));
        if (!form.Ok)
        {
            return await ShowAsync(false, form, http, api, ct);
        }

        var answer = await api.PutAsync<StatePartyResponse>(Address, party, ct, form["tag"]);
        return await Reply.AfterAsync(http, answer, "/party?done=true", problem => ShowAsync(false, form.Refused(problem, words, "",
        [
            ("endpoint.value", "endpoint"), ("endpoint.scheme", "endpointScheme"),
            .. rows.Index().SelectMany(row => NumberParts.Select(part =>
                (string.Create(CultureInfo.InvariantCulture, $"identifiers[{row.Index}].{part}"), $"{part}{row.Item}"))),
        ]), http, api, ct));

        string? Typed(string field) => form[field] is { Length: > 0 } typed ? typed : null;
    }
}
