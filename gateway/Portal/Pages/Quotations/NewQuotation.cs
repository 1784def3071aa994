using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Quotations;

/// <summary>
/// The manager opens a quotation: for a buyer that is found by its name in the register, or for a lead, whose buyer and products stand there already.
/// </summary>
internal static class NewQuotation
{
    private const string Quotations = "/api/marketing/quotations";
    private const string Buyers = "/api/marketing/buyers";
    private const int MostLines = 50;   // as many as a lead has products

    public static void Map(IEndpointRouteBuilder pages)
    {
        var keep = pages.MapGroup("/quotations").For(Role.ConsortiumManager);
        keep.MapGet("/new", (string? name, Guid? buyer, Guid? lead, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(name, buyer, lead, null, http, api, ct));
        keep.MapPost("", OpenAsync);
    }

    private static async Task<IResult> ShowAsync(
        string? name, Guid? buyer, Guid? lead, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var from = lead is null ? null : await api.GetAsync<LeadView>($"/api/marketing/leads/{lead}", ct);
        if (from is { Ok: false })
        {
            return Reply.Error(http, from.Status);
        }

        if ((from?.Value?.BuyerId ?? buyer) is not { } id)
        {
            var list = await api.GetAsync<GetBuyersResponse>(
                $"{Buyers}?limit=20{(string.IsNullOrEmpty(name) ? "" : $"&name={Uri.EscapeDataString(name)}")}", ct);
            return list.Value is { } page
                ? Reply.Page<NewQuotationPage>(new { Name = name, Found = page.Buyers, Form = new FormState("open") })
                : Reply.Error(http, list.Status);
        }

        var (found, products) = (api.GetAsync<GetBuyersDetails>($"{Buyers}/{id}", ct), api.GetAsync<List<Product>>("/api/allocation/products", ct));
        return (await found).Value is not { } details
            ? Reply.Error(http, (await found).Status)
            : Reply.Page<NewQuotationPage>(
                new
                {
                    details.Buyer, Lead = lead, Asked = from?.Value?.ProductCodes ?? [], Products = (await products).Value ?? [],
                    Form = form ?? new FormState("open"),
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> OpenAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("open", await http.Request.ReadFormAsync(ct));
        var (buyer, lead) = (IdOf(form["buyer"]), IdOf(form["lead"]));
        var numbers = Enumerable.Range(1, MostLines).Where(i => form[$"product{i}"].Length > 0).ToList();
        var lines = numbers.ConvertAll(i => new
        {
            product = form[$"product{i}"], quantity = form.Whole($"quantity{i}", words["offer.quantity.number"]),
        });
        if (lines.Count == 0)
        {
            form.Wrong("product1", words["quotations.product.needed"]);
        }

        if (!form.Ok || buyer is null)
        {
            return await AgainAsync(null);
        }

        var terms = new { lines, incoterm = Some(form["incoterm"])?.ToUpperInvariant(), namedPlace = Some(form["place"]) };
        var answer = await api.PostAsync<QuotationView>(
            Quotations, new { buyerId = buyer, leadId = lead, currency = form["currency"].ToUpperInvariant(), terms }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/quotations/{answer.Value?.QuotationId}?done=opened", AgainAsync);

        Task<IResult> AgainAsync(Problem? problem) => ShowAsync(
            null, buyer, lead, problem is null ? form : form.Refused(problem, words, "product1", Fields(numbers)), http, api, ct);
    }

    // Where the form has what the interface names by its place among the lines that were sent.
    private static (string, string)[] Fields(List<int> numbers) =>
    [
        ("terms.incoterm", "incoterm"), ("terms.namedPlace", "place"),
        .. numbers.SelectMany((number, i) => new[]
        {
            ($"terms.lines[{i}].product", $"product{number}"), ($"terms.lines[{i}].quantity", $"quantity{number}"),
        }),
    ];

    private static Guid? IdOf(string text) => Guid.TryParse(text, out var id) ? id : null;

    private static string? Some(string text) => text.Length == 0 ? null : text;
}
