using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Offers;

/// <summary>A member firm accepts several offers at once: it chooses, reads what it binds itself to, accepts, and sees what became of each.</summary>
internal static class AcceptSeveral
{
    // Their ids must fit into the address of the page that tells what became of each.
    private const int Most = 150;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);   // a long order is changed in many places at once

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
                Chosen = Unanswered(open).Where(o => all == true || offer.Contains(o.OfferId)).OrderBy(o => o.ExpiresAt).Take(Most).ToList(),
            })
            : Reply.Error(http, StatusCodes.Status503ServiceUnavailable);

    // One request for each order: it counts as a whole, or not at all. What became of each is told by the offers themselves.
    private static async Task<IResult> AcceptAsync(HttpContext http, ApiClient api, CancellationToken ct)
    {
        var form = new FormState("several", await http.Request.ReadFormAsync(ct));
        Guid[] chosen = [.. form.All("offer").Select(id => Guid.TryParse(id, out var guid) ? guid : default).Where(id => id != default).Take(Most)];
        if ((await api.GetAsync<OfferPage>(AnswerOffers.Waiting, ct)).Value is not { } open)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        foreach (var order in Unanswered(open).Where(o => chosen.Contains(o.OfferId)).GroupBy(o => o.OrderId, o => o.OfferId))
        {
            var answer = await AcceptOrderAsync(order.Key, [.. order], $"{form["key"]}-{order.Key:N}", api, ct);
            if (answer.Problem?.Answers is { Count: > 0 } refused)
            {
                // One came too late, for example: the others need not wait for it.
                answer = await AcceptOrderAsync(
                    order.Key, [.. order.Except(refused.Select(one => one.OfferId))], $"{form["key"]}-{order.Key:N}-rest", api, ct);
            }

            if (answer.Status >= StatusCodes.Status500InternalServerError)
            {
                break;   // the rest still waits, and says so
            }
        }

        return Reply.SeeOther($"/offers/several/answered?{string.Join('&', chosen.Select(id => $"offer={id}"))}");
    }

    private static async Task<Answer<object>> AcceptOrderAsync(Guid order, Guid[] offers, string key, ApiClient api, CancellationToken ct) =>
        offers.Length == 0 ? new(StatusCodes.Status200OK, null, null)
        : await api.PostAsync<object>(
            $"/api/allocation/orders/{order}/offer-answers", new { answers = offers.Select(offerId => new { offerId }) }, ct, key, Long);

    private static IEnumerable<OfferView> Unanswered(OfferPage open) => open.Offers.Where(offer => offer.WaitingSince is null);

    private static async Task<IResult> TellAsync(Guid[] offer, HttpContext http, ApiClient api, CancellationToken ct) =>
        (await api.GetAsync<OfferPage>("/api/allocation/offers?limit=200", ct)).Value is { } latest
            ? Reply.Page<SeveralAnsweredPage>(new { Chosen = latest.Offers.Where(o => offer.Contains(o.OfferId)).ToList() })
            : Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
}
