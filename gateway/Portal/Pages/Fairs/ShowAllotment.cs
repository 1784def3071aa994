using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Fairs;

/// <summary>
/// How the stand was divided, and why each firm got what it got: the clean team reads all, a firm its own part. Before that the manager reads what
/// would come out today; nothing is stored then.
/// </summary>
internal static class ShowAllotment
{
    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGroup("/fairs/{id:guid}").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser).MapGet("/allotment", ShowAsync);

    private static async Task<IResult> ShowAsync(Guid id, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var found = await api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct);
        if (found.Value is not { } fair)
        {
            return Reply.Error(http, found.Status);
        }

        var address = $"{ListFairs.Editions}/{id}/allotment";
        var answer = fair.State != "CallForInterest" ? await api.GetAsync<AllotStandResponse>(address, ct)
            : visit.IsManager ? await api.PostAsync<AllotStandResponse>($"{address}?trial=true", new { }, ct)
            : null;
        return answer is { Ok: false, Status: not StatusCodes.Status404NotFound }
            ? Reply.Error(http, answer.Status)
            : Reply.Page<AllotmentPage>(new { Fair = fair, Allotment = answer?.Value });
    }
}
