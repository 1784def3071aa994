using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Members;

/// <summary>What a firm has declared and what it was offered.</summary>
internal static class WorkOfMember
{
    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet("/members/{id:guid}/work", ShowAsync).For(Role.ConsortiumManager, Role.Auditor);

    private static async Task<IResult> ShowAsync(Guid id, Guid? before, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (member, capacity) = (api.GetAsync<ListMembersResponse>($"/api/membership/members/{id}", ct),
            api.GetAsync<List<CapacityView>>("/api/allocation/capacity", ct));
        var offers = api.GetAsync<OfferPage>($"/api/allocation/offers?memberId={id}&limit=20{(before is null ? "" : $"&before={before}")}", ct);
        if ((await member).Value is not { } firm || (await capacity).Value is not { } declared || (await offers).Value is not { } work)
        {
            return Reply.Error(http, (await member).Ok ? StatusCodes.Status503ServiceUnavailable : (await member).Status);
        }

        return Reply.Page<WorkOfMemberPage>(new
        {
            Firm = firm,
            Capacity = declared.Where(period => period.MemberId == id).OrderBy(period => period.ProductFamily, StringComparer.Ordinal)
                .ThenBy(period => period.From).ToList(),
            Offers = work,
        });
    }
}
