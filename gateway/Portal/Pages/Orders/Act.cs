using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>Sends a form of an order's page to the interface, and leads back to the page.</summary>
internal sealed class Act(IHttpContextAccessor accessor, ApiClient api, Visit visit, Words words)
{
    private HttpContext Http => accessor.HttpContext!;

    private CancellationToken Ct => Http.RequestAborted;

    /// <summary>Does something to the order.</summary>
    /// <param name="id">The order.</param>
    /// <param name="form">Name of the form on the page.</param>
    /// <param name="what">The end of the interface's address.</param>
    /// <param name="body">What to send; says what is wrong with the form.</param>
    /// <param name="done">What the page says afterwards.</param>
    /// <param name="field">The field at which a refusal is said.</param>
    /// <param name="within">How long it may take.</param>
    public Task<IResult> PostAsync(
        Guid id, string form, string what, Func<FormState, object> body, string done, string field = "", TimeSpan? within = null) =>
        PostAsync(id, _ => form, what, body, done, field, within);

    /// <inheritdoc cref="PostAsync(Guid, string, string, Func{FormState, object}, string, string, TimeSpan?)"/>
    public async Task<IResult> PostAsync(
        Guid id, Func<FormState, string> form, string what, Func<FormState, object> body, string done, string field = "", TimeSpan? within = null)
    {
        var fields = await Http.Request.ReadFormAsync(Ct);
        var sent = new FormState(form(new FormState("", fields)), fields);
        var request = body(sent);
        return sent.Ok
            ? await EndAsync(id, sent, await api.PostAsync<OrderView>(OrderPath(id, what), request, Ct, sent["key"], within), done, field)
            : await ReadOrders.ShowAsync(id, Http, api, visit, sent, Ct);
    }

    /// <summary>Does something to a line, which is named by its place in the order.</summary>
    public async Task<IResult> OnLineAsync(
        Guid id, string form, Func<FormState, int> place, Func<FormState, string, ApiClient, CancellationToken, Task<Answer<OrderView>>?> send,
        string done, string field, params (string Theirs, string Ours)[] fields)
    {
        var sent = new FormState(form, await Http.Request.ReadFormAsync(Ct));
        var order = await api.GetAsync<OrderView>(OrderPath(id), Ct);
        if (order.Value?.Lines.ElementAtOrDefault(place(sent) - 1) is not { } line)
        {
            return Reply.Error(Http, order.Ok ? StatusCodes.Status404NotFound : order.Status);
        }

        return send(sent, LinePath(id, line.LineId), api, Ct) is { } answer
            ? await EndAsync(id, sent, await answer, done, field, fields)
            : await ReadOrders.ShowAsync(id, Http, api, visit, sent, Ct);
    }

    /// <summary>Address of an order at the interface, or of something below it.</summary>
    public static string OrderPath(Guid id, string? what = null) => $"/api/allocation/orders/{id}{(what is null ? "" : $"/{what}")}";

    /// <summary>Address of a line at the interface; a buyer's id may hold any character.</summary>
    public static string LinePath(Guid id, string line) => OrderPath(id, $"lines/{Uri.EscapeDataString(line)}");

    private async Task<IResult> EndAsync(
        Guid id, FormState sent, Answer<OrderView> answer, string done, string field, params (string Theirs, string Ours)[] fields)
    {
        if (answer.Ok)
        {
            return Reply.SeeOther($"/orders/{id}?done={done}");
        }

        if (answer.Status is StatusCodes.Status404NotFound or >= StatusCodes.Status500InternalServerError)
        {
            return Reply.Error(Http, answer.Status);
        }

        sent.Refused(answer.Problem, words, field, fields);
        return await ReadOrders.ShowAsync(id, Http, api, visit, sent, Ct);
    }
}
