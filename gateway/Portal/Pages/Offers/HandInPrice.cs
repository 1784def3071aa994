using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.Offers;

/// <summary>
/// A member firm hands in a sealed price, changes or withdraws it until the deadline, and can check afterwards that it was opened unchanged.
/// </summary>
internal static class HandInPrice
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var member = pages.MapGroup("/prices").For(Role.MemberUser);
        member.MapGet("/{id:guid}", (Guid id, Guid? answered, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, http, api, answered == id, ct: ct));
        member.MapPost("/{id:guid}/price", HandInAsync);
        member.MapPost("/{id:guid}/refusal", RefuseAsync);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext http, ApiClient api, bool justAnswered = false, FormState? form = null, CancellationToken ct = default)
    {
        var answer = await api.GetAsync<PriceInvitationView>(Path(id), ct);
        return answer.Value is { } asked
            ? Reply.Page<OnePricePage>(
                new { Asked = asked, Form = form, JustAnswered = justAnswered },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : Reply.Error(http, answer.Status);
    }

    private static async Task<IResult> HandInAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = await ReadAsync(id, http, ct);
        var minor = Money.Read(form["price"], form["currency"]);
        if (minor is not > 0)
        {
            form.Wrong("price", words["prices.price.number", Money.Written(4150, "EUR")]);
        }

        // For one unit, unless the firm says for how many: a gram costs less than a cent.
        var per = form["per"].Length > 0 ? form.Whole("per", words["offer.quantity.number"]) : 1;
        return await AnswerAsync(
            id, form, () => api.PutAsync<PriceInvitationView>($"{Path(id)}/price", new { unitPriceMinor = minor, perQuantity = per }, ct), http, api,
            visit, words, ct);
    }

    private static async Task<IResult> RefuseAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = await ReadAsync(id, http, ct);
        return await AnswerAsync(
            id, form, () => api.PostAsync<PriceInvitationView>($"{Path(id)}/refusal", new { }, ct, form["key"]), http, api, visit, words, ct);
    }

    private static async Task<IResult> AnswerAsync(
        Guid id, FormState form, Func<Task<Answer<PriceInvitationView>>> send, HttpContext http, ApiClient api, Visit visit, Words words,
        CancellationToken ct)
    {
        if (form.Ok)
        {
            var answer = await send();
            if (answer.Ok)
            {
                return Reply.SeeOther($"{Reply.Local(form["back"])}?answered={id}");
            }

            if (answer.Status is StatusCodes.Status404NotFound or >= 500)
            {
                return Reply.Error(http, answer.Status);
            }

            form.Refused(answer.Problem, words, "price", ("unitPriceMinor", "price"), ("perQuantity", "per"));
        }

        return form["back"] == "/offers"
            ? await AnswerOffers.ListAsync(http, api, visit, about: id, form: form, ct: ct)
            : await ShowAsync(id, http, api, form: form, ct: ct);
    }

    private static async Task<FormState> ReadAsync(Guid id, HttpContext http, CancellationToken ct) =>
        new($"p{id:N}", await http.Request.ReadFormAsync(ct));

    private static string Path(Guid id) => $"/api/allocation/price-invitations/{id}";
}
