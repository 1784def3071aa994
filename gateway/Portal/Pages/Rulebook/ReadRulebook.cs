using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Rulebook;

/// <summary>The rules by which orders are split, for everybody in the consortium, in sentences; earlier versions with what changed.</summary>
internal static class ReadRulebook
{
    /// <summary>Where its versions are.</summary>
    public const string Versions = "/api/membership/rulebook-versions";

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet("/rulebook", ShowAsync).For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);

    private static async Task<IResult> ShowAsync(int? version, bool? done, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var (versions, members) = (api.GetAsync<List<ListRulebookResponse>>(Versions, ct),
            api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct));
        var products = api.GetAsync<List<ListProductsResponse>>("/api/membership/products", ct);
        if ((await versions).Value is not { Count: > 0 } all || (await members).Value is not { } firms)
        {
            return Reply.Error(http, (await versions).Ok ? StatusCodes.Status503ServiceUnavailable : (await versions).Status);
        }

        return all.Find(one => version is null || one.Version == version) is { } shown
            ? Reply.Page<RulebookPage>(new
            {
                Versions = all,
                Shown = shown,
                Sentences = new RuleSentences(words, UnitsOf((await products).Value), firms.ToDictionary(firm => firm.Id, firm => firm.Name)),
                Done = done == true,
            })
            : Reply.Error(http, StatusCodes.Status404NotFound);
    }

    /// <summary>The unit of each family of the product list.</summary>
    public static Dictionary<string, string> UnitsOf(IReadOnlyList<ListProductsResponse>? products) =>
        (products ?? []).DistinctBy(product => product.Family)
            .ToDictionary(product => product.Family, product => product.Unit, StringComparer.Ordinal);
}
