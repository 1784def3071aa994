using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Offers;

/// <summary>A member firm sees what it is offered and answers: all, a part, or nothing.</summary>
internal static class AnswerOffers
{
    /// <summary>All open offers of a firm, by the interface.</summary>
    public const string Waiting = "/api/allocation/offers?state=Proposed&limit=200";

    /// <summary>The reasons to decline that a firm can choose from.</summary>
    public static readonly string[] Reasons = ["MachineBreakdown", "CapacityTaken", "MaterialShortage", "Price", "DeliveryWindow", "Other"];

    public static void Map(IEndpointRouteBuilder pages)
    {
        var member = pages.MapGroup("/offers").For(Role.MemberUser);
        member.MapGet("", (Guid? answered, Guid? before, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ListAsync(http, api, visit, answered, before, ct: ct));
        member.MapGet("/{id:guid}", (Guid id, Guid? answered, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, http, api, answered == id, ct: ct));
        member.MapPost("/{id:guid}/acceptance", AcceptAsync);
        member.MapPost("/{id:guid}/refusal", DeclineAsync);
    }

    /// <summary>The list, with the sealed prices that are wanted. <paramref name="about"/> is what was just answered, or could not be.</summary>
    public static async Task<IResult> ListAsync(
        HttpContext http, ApiClient api, Visit visit, Guid? about = null, Guid? before = null, FormState? form = null, CancellationToken ct = default)
    {
        var (open, recent, asked, called) = (
            api.GetAsync<OfferPage>(Waiting, ct),
            api.GetAsync<OfferPage>($"/api/allocation/offers?limit=30{(before is null ? "" : $"&before={before}")}", ct),
            api.GetAsync<InvitationPage>("/api/allocation/price-invitations?limit=50", ct),
            api.GetAsync<List<CallForFirmView>>("/api/allocation/open-calls", ct));
        if ((await open).Value is not { } waiting || (await recent).Value is not { } latest
            || (await asked).Value is not { } prices || (await called).Value is not { } calls)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        var done = latest.Offers.Where(offer => offer.State != "Proposed").ToList();
        var wanted = prices.Invitations.Where(price => price.Round == "Open").ToList();
        visit.Waiting["/offers"] = waiting.Offers.Count(offer => offer.WaitingSince is null) + wanted.Count(price => price.Answer == "Awaited");
        visit.Waiting["/open-calls"] = calls.Count;
        return Reply.Page<OffersPage>(
            new
            {
                Waiting = waiting.Offers.OrderBy(offer => offer.ExpiresAt).ToList(),
                Prices = wanted.OrderBy(price => price.ClosesAt).ToList(),
                Just = done.Find(offer => offer.OfferId == about),
                JustPrice = prices.Invitations.FirstOrDefault(price => price.InvitationId == about && price.Round != "Open"),
                Answered = done.Where(offer => offer.OfferId != about).ToList(),
                Sealed = before is null ? prices.Invitations.Where(price => price.Round != "Open").ToList() : [],
                latest.Before,
                About = about,
                Form = form,
            },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext http, ApiClient api, bool justAnswered = false, FormState? form = null, CancellationToken ct = default)
    {
        var answer = await api.GetAsync<OfferView>($"/api/allocation/offers/{id}", ct);
        return answer.Value is { } offer
            ? Reply.Page<OneOfferPage>(
                new { Offer = offer, Form = form, JustAnswered = justAnswered && offer.State != "Proposed" },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : Reply.Error(http, answer.Status);
    }

    private static async Task<IResult> AcceptAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState($"o{id:N}", await http.Request.ReadFormAsync(ct));
        var quantity = form["quantity"].Length > 0 ? form.Whole("quantity", words["offer.quantity.number"]) : null;
        return await AnswerAsync(id, "acceptance", new { quantity }, "quantity", form, http, api, visit, words, ct);
    }

    private static async Task<IResult> DeclineAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState($"o{id:N}", await http.Request.ReadFormAsync(ct));
        if (!Reasons.Contains(form["reason"]))
        {
            form.Wrong("reason", words["offer.reason.needed"]);
        }

        var note = form["note"] is { Length: > 0 } typed ? typed : null;
        return await AnswerAsync(id, "refusal", new { reason = form["reason"], note }, "reason", form, http, api, visit, words, ct);
    }

    // Done: back to where the answer was given. Refused: the same page again, with what was typed and what is wrong with it.
    private static async Task<IResult> AnswerAsync(
        Guid id, string answer, object body, string field, FormState form, HttpContext http, ApiClient api, Visit visit, Words words,
        CancellationToken ct)
    {
        if (form.Ok)
        {
            var answered = await api.PostAsync<OfferView>($"/api/allocation/offers/{id}/{answer}", body, ct, form["key"]);
            if (answered.Ok)
            {
                return Reply.SeeOther($"{Reply.Local(form["back"])}?answered={id}");
            }

            if (answered.Status is StatusCodes.Status404NotFound or >= 500)
            {
                return Reply.Error(http, answered.Status);
            }

            form.Refused(answered.Problem, words, field);
        }

        return form["back"] == "/offers"
            ? await ListAsync(http, api, visit, about: id, form: form, ct: ct)
            : await ShowAsync(id, http, api, form: form, ct: ct);
    }
}
