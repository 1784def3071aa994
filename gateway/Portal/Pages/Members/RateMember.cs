using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Members;

/// <summary>How a firm did: the manager's ratings with their evidence, which the firm reads. A wrong one is withdrawn, never changed.</summary>
internal static class RateMember
{
    /// <summary>What a firm is rated for.</summary>
    public static readonly string[] Kinds = ["Quality", "Delivery"];

    private const string Ratings = "/api/allocation/ratings";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/members/{id:guid}/ratings", (Guid id, string? done, Guid? before, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, new() { Done = done }, before, http, api, ct)).For(Role.ConsortiumManager, Role.Auditor);
        pages.MapPost("/members/{id:guid}/ratings", RateAsync).For(Role.ConsortiumManager);
        pages.MapPost("/members/{id:guid}/ratings/{rating:guid}/withdrawal", WithdrawAsync).For(Role.ConsortiumManager);
    }

    private static async Task<IResult> ShowAsync(Guid id, MemberState state, Guid? before, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (member, ratings) = (api.GetAsync<ListMembersResponse>($"/api/membership/members/{id}", ct),
            api.GetAsync<RatingPage>($"{Ratings}?memberId={id}&limit=20{(before is null ? "" : $"&before={before}")}", ct));
        var (scores, offers) = (api.GetAsync<List<ScoreView>>("/api/allocation/scores", ct),
            api.GetAsync<OfferPage>($"/api/allocation/offers?memberId={id}&limit=100", ct));
        if ((await member).Value is not { } firm || (await ratings).Value is not { } page
            || (await scores).Value is not { } all || (await offers).Value is not { } work)
        {
            return Reply.Error(http, (await member).Ok ? StatusCodes.Status503ServiceUnavailable : (await member).Status);
        }

        return Reply.Page<RatingsPage>(
            new
            {
                Firm = firm,
                Ratings = page,
                Families = all.Where(score => score.MemberId == id).Select(score => score.ProductFamily).Order(StringComparer.Ordinal).ToList(),
                Work = work.Offers.Where(offer => offer.Accepted > 0).DistinctBy(offer => offer.OrderId).ToList(),
                State = state,
            },
            state.Form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> RateAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("rating", await http.Request.ReadFormAsync(ct));
        var productFamily = form.Needed("productFamily", words["rating.family.needed"]);
        var score = form.Whole("score", words["rating.score.needed"], least: 0);
        var evidence = form.Needed("evidence", words["rating.evidence.needed"]);
        var kind = Kinds.Contains(form["kind"]) ? form["kind"] : Kinds[0];
        DateOnly? on = DateOnly.TryParseExact(form["on"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
        if (on is null && form["on"].Length > 0)
        {
            form.Wrong("on", words["rating.on.needed"]);
        }

        Guid? orderId = Guid.TryParse(form["orderId"], out var order) ? order : null;
        if (!form.Ok)
        {
            return await ShowAsync(id, new() { Form = form }, null, http, api, ct);
        }

        var answer = await api.PostAsync<RatingView>(
            Ratings, new { memberId = id, productFamily, kind, score, evidence, on, orderId }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/members/{id}/ratings?done=rated", problem =>
            ShowAsync(id, new() { Form = form.Refused(problem, words, "evidence") }, null, http, api, ct));
    }

    private static async Task<IResult> WithdrawAsync(Guid id, Guid rating, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState($"r{rating:N}", await http.Request.ReadFormAsync(ct));
        var reason = form.Needed("reason", words["rating.withdraw.reason.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(id, new() { Form = form }, null, http, api, ct);
        }

        var answer = await api.PostAsync<RatingView>($"{Ratings}/{rating}/withdrawal", new { reason }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/members/{id}/ratings?done=withdrawn", problem =>
            ShowAsync(id, new() { Form = form.Refused(problem, words, "reason") }, null, http, api, ct));
    }
}
