using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Products;

/// <summary>The consortium's product list, each product with its unit. Everybody reads it; the manager keeps it.</summary>
internal static class KeepProducts
{
    private const string List = "/api/membership/products";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/products").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        read.MapGet("", (string? family, int? skip, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ListAsync(family, skip ?? 0, null, http, api, visit, ct));
        read.MapGet("/{code}", (string code, string? done, Guid? says, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ShowAsync(code, done, says, null, http, api, visit, ct));

        var keep = pages.MapGroup("/products").For(Role.ConsortiumManager);
        keep.MapPost("", AddAsync);
        keep.MapPost("/{code}", ChangeAsync);
        keep.MapPost("/{code}/retirement", RetireAsync);
        keep.MapPost("/{code}/return", ReinstateAsync);
    }

    private static async Task<IResult> ListAsync(
        string? family, int skip, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        // One more than the page shows says whether there are further ones.
        var (list, disputed) = (api.GetAsync<List<ListProductsResponse>>(
                $"{List}?take={ProductsPage.Size + 1}&skip={skip}{(family is null ? "" : $"&family={Uri.EscapeDataString(family)}")}", ct),
            visit.IsCleanTeam ? api.GetAsync<List<ListProductsResponse>>($"{List}?contradicted=true&take={ProductsPage.Size}", ct) : null);
        return (await list).Value is not { } products
            ? Reply.Error(http, (await list).Status)
            : Reply.Page<ProductsPage>(
                new
                {
                    Products = products, Family = family, Skip = skip, Disputed = disputed is null ? [] : (await disputed).Value ?? [], Form = form,
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowAsync(
        string code, string? done, Guid? says, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (found, members) = (api.GetAsync<ListProductsResponse>(At(code), ct),
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null);
        return (await found).Value is not { } product
            ? Reply.Error(http, (await found).Status)
            : Reply.Page<ProductPage>(
                new
                {
                    Product = product,
                    Tag = (await found).Tag,
                    Firms = (members is null ? null : (await members).Value)?.ToDictionary(firm => firm.Id, firm => firm.Name) ?? [],
                    Done = done,
                    Says = product.Contradictions?.FirstOrDefault(said => said.MemberId == says),
                    Form = form,
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> AddAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("product", await http.Request.ReadFormAsync(ct));
        var code = form.Needed("code", words["products.code.needed"]);
        var terms = ProductTerms.Read(form, words);
        if (!form.Ok)
        {
            return await ListAsync(null, 0, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<ListProductsResponse>(
            List, new { code, terms.Name, terms.Family, terms.Unit, terms.Conversions }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/products/{Uri.EscapeDataString(code)}?done=added", problem =>
            ListAsync(null, 0, terms.Refused(form, problem, words, ProductTerms.FieldOf(problem, "code")), http, api, visit, ct));
    }

    private static async Task<IResult> ChangeAsync(string code, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("product", await http.Request.ReadFormAsync(ct));
        var terms = ProductTerms.Read(form, words);
        if (!form.Ok)
        {
            return await ShowAsync(code, null, null, form, http, api, visit, ct);
        }

        var answer = await api.PutAsync<ListProductsResponse>(At(code), terms, ct, form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/products/{Uri.EscapeDataString(code)}?done=changed", problem =>
            ShowAsync(code, null, null, terms.Refused(form, problem, words, ProductTerms.FieldOf(problem, "")), http, api, visit, ct));
    }

    private static async Task<IResult> RetireAsync(string code, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("retirement", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<ListProductsResponse>($"{At(code)}/retirement", new { }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/products/{Uri.EscapeDataString(code)}?done=retired", problem =>
            ShowAsync(code, null, null, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> ReinstateAsync(string code, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("retirement", await http.Request.ReadFormAsync(ct));
        var answer = await api.DeleteAsync($"{At(code)}/retirement", ct);
        return await Reply.AfterAsync(http, answer, $"/products/{Uri.EscapeDataString(code)}?done=returned", problem =>
            ShowAsync(code, null, null, form.Refused(problem, words), http, api, visit, ct));
    }

    private static string At(string code) => $"{List}/{Uri.EscapeDataString(code)}";
}
