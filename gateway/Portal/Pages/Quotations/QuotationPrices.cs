using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.Quotations;

/// <summary>A member firm hands in its sealed prices for quotations, changes or withdraws them until the deadline.</summary>
internal static class QuotationPrices
{
    private const string List = "/api/marketing/quotation-prices";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var member = pages.MapGroup("/quotations/prices").For(Role.MemberUser);
        member.MapGet("", (Guid? before, Guid? answered, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(before, answered, null, http, api, ct));
        member.MapPost("/{id:guid}/price", HandInAsync);
        member.MapPost("/{id:guid}/refusal", RefuseAsync);
    }

    private static async Task<IResult> ShowAsync(
        Guid? before, Guid? about, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<PricePage>($"{List}?limit=50{(before is null ? "" : $"&before={before}")}", ct);
        return answer.Value is { } page
            ? Reply.Page<QuotationPricesPage>(
                new { List = page, About = about, Form = form }, form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : Reply.Error(http, answer.Status);
    }

    private static async Task<IResult> HandInAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = await ReadAsync(id, http, ct);
        var minor = Money.Read(form["price"], form["currency"]);
        if (minor is not > 0)
        {
            form.Wrong("price", words["prices.price.number", Money.Written(4150, "EUR")]);
        }

        var per = form["per"].Length > 0 ? form.Whole("per", words["offer.quantity.number"]) : 1;
        return form.Ok
            ? await AfterAsync(
                id, await api.PutAsync<HandInPricePriceView>($"{List}/{id}/price", new { unitPriceMinor = minor, perQuantity = per }, ct), form, http,
                api, words, ct)
            : await ShowAsync(null, id, form, http, api, ct);
    }

    private static async Task<IResult> RefuseAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = await ReadAsync(id, http, ct);
        var answer = await api.PostAsync<HandInPricePriceView>($"{List}/{id}/refusal", new { }, ct, form["key"]);
        return await AfterAsync(id, answer, form, http, api, words, ct);
    }

    private static Task<IResult> AfterAsync(
        Guid id, Answer<HandInPricePriceView> answer, FormState form, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
        Reply.AfterAsync(http, answer, $"/quotations/prices?answered={id}", problem => ShowAsync(
            null, id, form.Refused(problem, words, "price", ("unitPriceMinor", "price"), ("perQuantity", "per")), http, api, ct));

    private static async Task<FormState> ReadAsync(Guid id, HttpContext http, CancellationToken ct) =>
        new($"p{id:N}", await http.Request.ReadFormAsync(ct));
}
