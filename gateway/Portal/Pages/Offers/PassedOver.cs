using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Offers;

/// <summary>A member firm reads why it was offered nothing of a line: its own reasons only.</summary>
internal static class PassedOver
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/passed-over", ListAsync).For(Role.MemberUser);

    private static async Task<IResult> ListAsync(Guid? before, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<PassedOverPage>(
            $"/api/allocation/passed-over?limit=50{(before is null ? "" : $"&before={before}")}", ct);
        return answer.Value is { } page
            ? Reply.Page<PassedOverPage>(new { page.PassedOver, page.Before, Later = before is not null })
            : Reply.Error(http, answer.Status);
    }
}
