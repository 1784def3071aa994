using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Offers;

/// <summary>
/// A member firm claims from an open call, once. The first to claim gets it: that others were faster is news, not an error. How much is left isn't
/// told: it would tell what others took.
/// </summary>
internal static class ClaimPieces
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var member = pages.MapGroup("/open-calls").For(Role.MemberUser);
        member.MapGet("", (HttpContext http, ApiClient api, Visit visit, CancellationToken ct) => ListAsync(http, api, visit, ct: ct));
        member.MapPost("/{id:guid}/claims", ClaimAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, ApiClient api, Visit visit, Guid? about = null, FormState? form = null, bool tooLate = false,
        CancellationToken ct = default)
    {
        if ((await api.GetAsync<List<CallForFirmView>>("/api/allocation/open-calls", ct)).Value is not { } calls)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        visit.Waiting["/open-calls"] = calls.Count;
        return Reply.Page<OpenCallsPage>(
            new { Calls = calls, About = about, Form = form, TooLate = tooLate },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ClaimAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState($"c{id:N}", await http.Request.ReadFormAsync(ct));
        var quantity = form["all"].Length > 0 ? null : form.Whole("quantity", words["offer.quantity.number"]);
        if (!form.Ok)
        {
            return await ListAsync(http, api, visit, id, form, ct: ct);
        }

        var answer = await api.PostAsync<OfferView>($"/api/allocation/open-calls/{id}/claims", new { quantity }, ct, form["key"]);
        return answer switch
        {
            { Value: { } offer } => Reply.SeeOther($"/offers/{offer.OfferId}?answered={offer.OfferId}"),
            { Problem.Code: "QUANTITY_GONE" or "OFFER_EXPIRED" or "ALREADY_DECIDED" or "OVER_CONCENTRATION" } =>
                await ListAsync(http, api, visit, id, form, tooLate: true, ct),
            { Status: StatusCodes.Status404NotFound or >= 500 } => Reply.Error(http, answer.Status),
            _ => await ListAsync(http, api, visit, id, form.Refused(answer.Problem, words, "quantity"), ct: ct),
        };
    }
}
