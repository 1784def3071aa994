using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Offers;

/// <summary>A member firm accepts several offers at once: it chooses, reads what it binds itself to, accepts, and sees what became of each.</summary>
internal static class AcceptSeveral
{
    private const int Most = 50;

    public static void Map(IEndpointRouteBuilder pages)
    {
        var several = pages.MapGroup("/offers/several").For(Role.MemberUser);
        several.MapGet("", AskAsync);
        several.MapPost("", AcceptAsync);
        several.MapGet("/answered", TellAsync);
    }

    private static async Task<IResult> AskAsync(Guid[] offer, bool? all, HttpContext http, ApiClient api, CancellationToken ct) =>
        (await api.GetAsync<OfferPage>(AnswerOffers.Waiting, ct)).Value is { } open
            ? Reply.Page<SeveralPage>(new
            {
                Chosen = open.Offers.Where(o => all == true || offer.Contains(o.OfferId)).OrderBy(o => o.ExpiresAt).Take(Most).ToList(),
            })
            : Reply.Error(http, StatusCodes.Status503ServiceUnavailable);

    // One after the other: offers of the same order would get into each other's way. What became of each is told by the offers themselves.
    private static async Task<IResult> AcceptAsync(HttpContext http, ApiClient api, CancellationToken ct)
    {
        var form = new FormState("several", await http.Request.ReadFormAsync(ct));
        Guid[] chosen = [.. form.All("offer").Select(id => Guid.TryParse(id, out var guid) ? guid : default).Where(id => id != default).Take(Most)];
        foreach (var id in chosen)
        {
            var answer = await api.PostAsync<OfferView>($"/api/allocation/offers/{id}/acceptance", new { }, ct, $"{form["key"]}-{id:N}");
            if (answer.Status >= StatusCodes.Status500InternalServerError)
            {
                break;   // the rest still waits, and says so
            }
        }

        return Reply.SeeOther($"/offers/several/answered?{string.Join('&', chosen.Select(id => $"offer={id}"))}");
    }

    private static async Task<IResult> TellAsync(Guid[] offer, HttpContext http, ApiClient api, CancellationToken ct) =>
        (await api.GetAsync<OfferPage>("/api/allocation/offers?limit=200", ct)).Value is { } latest
            ? Reply.Page<SeveralAnsweredPage>(new { Chosen = latest.Offers.Where(o => offer.Contains(o.OfferId)).ToList() })
            : Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
}
