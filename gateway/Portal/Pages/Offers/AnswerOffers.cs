using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Offers;

/// <summary>A member firm sees what it is offered and answers: all, a part, or nothing.</summary>
internal static class AnswerOffers
{
    /// <summary>The reasons to decline that a firm can choose from.</summary>
    public static readonly string[] Reasons = ["MachineBreakdown", "CapacityTaken", "MaterialShortage", "Price", "DeliveryWindow", "Other"];

    public static void Map(IEndpointRouteBuilder pages)
    {
        var member = pages.MapGroup("/offers").For(Role.MemberUser);
        member.MapGet("", (Guid? answered, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ListAsync(http, api, visit, answered, ct: ct));
        member.MapGet("/{id:guid}", (Guid id, Guid? answered, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, http, api, answered == id, ct: ct));
        member.MapPost("/{id:guid}/acceptance", AcceptAsync);
        member.MapPost("/{id:guid}/refusal", DeclineAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, ApiClient api, Visit visit, Guid? answered = null, Guid? wrong = null, FormState? form = null,
        CancellationToken ct = default)
    {
        var (open, recent) = (api.GetAsync<OfferPage>("/api/allocation/offers?state=Proposed&limit=50", ct),
            api.GetAsync<OfferPage>("/api/allocation/offers?limit=30", ct));
        if ((await open).Value is not { } waiting || (await recent).Value is not { } latest)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        visit.Waiting["/offers"] = waiting.Offers.Count;
        var done = latest.Offers.Where(offer => offer.State != "Proposed").ToList();
        return Reply.Page<OffersPage>(
            new
            {
                Waiting = waiting.Offers.OrderBy(offer => offer.ExpiresAt).ToList(),
                Answered = done.Where(offer => offer.OfferId != answered).ToList(),
                Just = done.Find(offer => offer.OfferId == answered),
                Wrong = wrong,
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
            ? await ListAsync(http, api, visit, wrong: id, form: form, ct: ct)
            : await ShowAsync(id, http, api, form: form, ct: ct);
    }
}
