using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>The clean team reads orders: the list, one order with where every piece is and why, and the documents.</summary>
internal static class ReadOrders
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var clean = pages.MapGroup("/orders").For(Role.ConsortiumManager, Role.Auditor);
        clean.MapGet("", ListAsync);
        clean.MapGet("/{id:guid}", (Guid id, string? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ShowAsync(id, http, api, visit, null, ct, done));
        clean.MapGet("/{id:guid}/document", DocumentAsync);
        clean.MapGet("/{id:guid}/document/file", DownloadAsync);
        clean.MapGet("/{id:guid}/answer/file", AnswerAsync);
    }

    /// <summary>The page of one order; with a form if one was sent and refused.</summary>
    public static async Task<IResult> ShowAsync(
        Guid id, HttpContext http, ApiClient api, Visit visit, FormState? form, CancellationToken ct, string? done = null)
    {
        var answer = await api.GetAsync<OrderView>($"/api/allocation/orders/{id}", ct);
        if (answer.Value is not { } order)
        {
            return Reply.Error(http, answer.Status);
        }

        var isNew = new OrderNeeds(order).IsNew;
        var products = isNew && visit.IsManager ? api.GetAsync<List<Product>>("/api/allocation/products", ct) : null;
        var runs = isNew ? null : api.GetAsync<List<RunView>>($"/api/allocation/orders/{id}/allocation-runs", ct);
        var (firms, people) = (api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct),
            api.GetAsync<List<ListAccountsResponse>>("/api/membership/accounts", ct));
        var context = new OrderContext(
            order, (await firms).Value, (await people).Value, runs is null ? null : (await runs).Value,
            products is null ? null : (await products).Value, form);
        return Reply.Page<OneOrderPage>(
            new { In = context, Done = Language.Current.Word($"order.done.{done}") is null ? null : done },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ListAsync(
        string? stage, string? search, Guid? before, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        // A manager has a page for what is to be done; an auditor finds here what waits for a second person.
        var filter = OrderFilter.Of(stage, search);
        var tasks = visit.IsManager ? null : api.GetAsync<List<TaskView>>("/api/allocation/tasks", ct);
        var answer = await api.GetAsync<OrderPage>(filter.Query(before), ct);
        var duties = (tasks is null ? null : (await tasks).Value)?.Where(task => task.Kind == "ApproveSplit")
            .Select(task => Duty.Of(task, visit.UserId, words)).ToList() ?? [];
        return answer.Value is { } page ? Reply.Page<OrdersPage>(new { Page = page, Filter = filter, Duties = duties })
            : Reply.Error(http, answer.Status is StatusCodes.Status400BadRequest ? StatusCodes.Status404NotFound : answer.Status);
    }

    private static async Task<IResult> DocumentAsync(Guid id, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<OrderDocument>($"/api/allocation/orders/{id}/document", ct);
        return answer.Value is { } document ? Reply.Page<DocumentPage>(new { OrderId = id, Document = document }) : Reply.Error(http, answer.Status);
    }

    // What the buyer's system sent: a UBL file, or the order as JSON.
    private static async Task<IResult> DownloadAsync(Guid id, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var file = await api.GetAsync<byte[]>(Act.OrderPath(id, "document/file"), ct);
        return file.Value is { } ubl ? Send(ubl, "application/xml", $"order-{id:N}.xml")
            : file.Status != StatusCodes.Status404NotFound ? Reply.Error(http, file.Status)
            : (await api.GetAsync<byte[]>(Act.OrderPath(id, "document"), ct)).Value is { } json
                ? Send(json, "application/json", $"order-{id:N}.json")
                : Reply.Error(http, StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> AnswerAsync(Guid id, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<byte[]>(Act.OrderPath(id, "ubl-response"), ct);
        return answer.Value is { } file ? Send(file, "application/xml", $"order-response-{id:N}.xml")
            : Reply.Error(http, answer.Status < StatusCodes.Status500InternalServerError ? StatusCodes.Status404NotFound : answer.Status);
    }

    private static IResult Send(byte[] file, string type, string name) => Microsoft.AspNetCore.Http.Results.File(file, type, name);
}
