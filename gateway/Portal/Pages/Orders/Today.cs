using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>What needs the manager now, each with the form that does it; then the orders in work and the free capacity.</summary>
internal static class Today
{
    /// <summary>Capacity that was declared longer ago is about to be no longer used: after 60 days .</summary>
    private const int OldCapacityDays = 45;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/today", ShowAsync).For(Role.ConsortiumManager);

    private static async Task<IResult> ShowAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var tasks = api.GetAsync<List<TaskView>>("/api/allocation/tasks", ct);
        var orders = api.GetAsync<OrderPage>("/api/allocation/orders?limit=20&states=Accepted,Allocating,Short", ct);
        var capacity = api.GetAsync<List<CapacityView>>("/api/allocation/capacity", ct);
        var contradicted = api.GetAsync<List<ListProductsResponse>>("/api/membership/products?contradicted=true", ct);
        if ((await tasks).Value is not { } waiting || (await orders).Value is not { } page || (await capacity).Value is not { } declared
            || (await contradicted).Value is not { } products)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        var old = declared.Where(c => (visit.Now - c.DeclaredAt).TotalDays > OldCapacityDays).Select(c => c.MemberId).Distinct().Count();
        List<Duty> duties = [.. waiting.Select(task => Duty.Of(task, visit.UserId, words))];
        duties.AddRange(old == 0 ? [] : [new(
            "warn", "capacity", words.Count("today.stale", old), words["today.stale.text"], null, "/capacity", words["today.stale.do"])]);
        duties.AddRange(products.Count == 0 ? [] : [new(
            "info", "catalogue", words.Count("today.contradicted", products.Count), string.Join(", ", products.Take(3).Select(p => p.Code)), null,
            "/products", words["today.contradicted.do"])]);
        visit.Waiting["/today"] = duties.Count;
        return Reply.Page<TodayPage>(new { Duties = duties, Running = page.Orders, Capacity = declared });
    }
}
