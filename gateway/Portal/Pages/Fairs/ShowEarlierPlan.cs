using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Fairs;

/// <summary>A version of the floor plan, also one that was replaced: a version never changes.</summary>
internal static class ShowEarlierPlan
{
    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGroup("/fairs/{id:guid}").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser).MapGet("/plans/{number:int}", ShowAsync);

    private static async Task<IResult> ShowAsync(Guid id, int number, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (found, drawn) = (
            api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct),
            api.GetAsync<DrawPlanResponse>($"{ListFairs.Editions}/{id}/plan?number={number}", ct));
        return (await found).Value is not { } fair || (await drawn).Value is not { } plan
            ? Reply.Error(http, (await found).Ok ? (await drawn).Status : (await found).Status)
            : Reply.Page<EarlierPlanPage>(new { Fair = fair, Plan = plan });
    }
}
