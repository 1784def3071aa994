using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.FairCosts;

/// <summary>A firm's own share of a fair's costs, and why it is that; what it would be at most; and what a withdrawal costs.</summary>
internal static class OwnFairShare
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var member = pages.MapGroup("/fairs/{id:guid}/share").For(Role.MemberUser);
        member.MapGet("", (Guid id, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, done ?? false, null, http, api, ct));
        member.MapPost("/withdrawal", WithdrawAsync);
    }

    private static async Task<IResult> ShowAsync(Guid id, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var path = KeepFairCosts.Path(id);
        var query = http.Request.Query;
        var (area, volume, exhibits) = (Whole(query["area"], 4), Whole(query["volume"], 0), Whole(query["exhibits"], 0));
        var think = $"areaDm2={area * 100}&volumeLitres={volume * 1000}&exhibitCount={exhibits}";
        var (found, one, two) = (
            api.GetAsync<OwnShareView>($"{path}/own-share", ct),
            api.GetAsync<SimulateCostsRiskResponse>($"{path}/own-share/risk?others=1&{think}", ct),
            api.GetAsync<SimulateCostsRiskResponse>($"{path}/own-share/risk?others=2&{think}", ct));
        SimulateCostsRiskResponse[] risks = [.. new[] { (await one).Value, (await two).Value }.OfType<SimulateCostsRiskResponse>()];
        var status = form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        if ((await found).Value is { } share)
        {
            return Reply.Page<OwnSharePage>(new { Share = share, Risks = risks, Done = done, Form = form }, status);
        }

        // Who is not at the stand may ask what it would cost.
        return (await found).Status is StatusCodes.Status404NotFound or StatusCodes.Status409Conflict
            && (await one).Status != StatusCodes.Status404NotFound
            ? Reply.Page<ShareEstimatePage>(new { Id = id, Risks = risks, Area = area, Volume = volume, Exhibits = exhibits })
            : Reply.Error(http, (await found).Status);
    }

    private static async Task<IResult> WithdrawAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("withdrawal", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<object>(
            $"{KeepFairCosts.Path(id)}/withdrawals", new { expectedPenaltyMinor = long.TryParse(form["penalty"], out var minor) ? minor : -1 }, ct,
            form["key"]);
        return await Reply.AfterAsync(http, answer, $"/fairs/{id}/share?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words), http, api, ct));
    }

    private static long Whole(string? typed, long otherwise) =>
        long.TryParse(typed, out var number) && number is >= 0 and < 10_000 ? number : otherwise;
}
