using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Capacity;

/// <summary>A member firm says which products of the consortium's list it can make; only for these it is asked.</summary>
internal static class StateProducts
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var own = pages.MapGroup("/capacity/products").For(Role.MemberUser);
        own.MapGet("", (bool? saved, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ShowAsync(http, api, visit, saved == true, ct: ct));
        own.MapPost("", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, ApiClient api, Visit visit, bool saved = false, FormState? form = null, CancellationToken ct = default)
    {
        var (listed, stated) = (
            api.GetAsync<List<ListProductsResponse>>("/api/membership/products", ct), api.GetAsync<DeclareCapabilitiesResponse>(Path(visit), ct));
        if ((await listed).Value is not { } products || await stated is not { Value: { } own } answer)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        var made = (form?.All("product") ?? own.Capabilities.Select(c => c.ProductCode)).ToHashSet(StringComparer.Ordinal);
        return Reply.Page<ProductsPage>(
            new
            {
                Products = products.Where(p => !p.Retired || made.Contains(p.Code)).ToList(), Made = made, answer.Tag, Saved = saved, Form = form,
            },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> SaveAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("products", await http.Request.ReadFormAsync(ct));
        var answer = await api.PutAsync<DeclareCapabilitiesResponse>(
            Path(visit), new { capabilities = form.All("product").Distinct().Select(code => new { productCode = code }).ToList() }, ct, form["tag"]);
        return answer switch
        {
            { Ok: true } => Reply.SeeOther("/capacity/products?saved=true"),
            { Status: >= StatusCodes.Status500InternalServerError } => Reply.Error(http, answer.Status),
            { Status: StatusCodes.Status412PreconditionFailed } => await ShowAsync(
                http, api, visit, form: form.Wrong("", words["capable.meanwhile"]), ct: ct),
            _ => await ShowAsync(http, api, visit, form: form.Refused(answer.Problem, words), ct: ct),
        };
    }

    private static string Path(Visit visit) => $"/api/membership/members/{visit.Member}/capabilities";
}
