using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Members;

/// <summary>The products of the consortium's list that a firm can make, ticked on the list.</summary>
internal static class ProductsMade
{
    private const int LongestList = 1000;   // the most that the interface gives at a time

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/members/{id:guid}/products", (Guid id, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, done == true, null, http, api, ct)).For(Role.ConsortiumManager, Role.Auditor);
        pages.MapPost("/members/{id:guid}/products", DeclareAsync).For(Role.ConsortiumManager);
    }

    private static async Task<IResult> ShowAsync(Guid id, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (member, made) = (api.GetAsync<ListMembersResponse>($"/api/membership/members/{id}", ct),
            api.GetAsync<DeclareCapabilitiesResponse>($"/api/membership/members/{id}/capabilities", ct));
        var list = api.GetAsync<List<ListProductsResponse>>($"/api/membership/products?take={LongestList}", ct);
        if ((await member).Value is not { } firm || (await made).Value is not { } now || (await list).Value is not { } products)
        {
            return Reply.Error(http, (await member).Ok ? StatusCodes.Status503ServiceUnavailable : (await member).Status);
        }

        return Reply.Page<ProductsMadePage>(
            new
            {
                Firm = firm,
                Choices = ProductChoice.Of(products, now.Capabilities, form?.All("product")),
                Tag = (await made).Tag,
                Done = done,
                Form = form ?? new FormState("made"),
            },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> DeclareAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("made", await http.Request.ReadFormAsync(ct));
        var capabilities = form.All("product").Distinct().Select(code => new { productCode = code }).ToList();
        var answer = await api.PutAsync<DeclareCapabilitiesResponse>(
            $"/api/membership/members/{id}/capabilities", new { capabilities }, ct, form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/members/{id}/products?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words), http, api, ct));
    }
}
