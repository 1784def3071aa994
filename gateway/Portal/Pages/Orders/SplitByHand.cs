using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>A manager sets the parts of a line by hand; an auditor, as the second person, approves or refuses them.</summary>
internal static class SplitByHand
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var line = pages.MapGroup("/orders/{id:guid}/lines/{number:int}/by-hand");
        line.MapGet("", (Guid id, int number, string? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, number, http, api, null, ct, done)).For(Role.ConsortiumManager, Role.Auditor);
        line.MapPost("", ProposeAsync).For(Role.ConsortiumManager);
        line.MapPost("/{split:guid}/approval", ApproveAsync).For(Role.Auditor);
        line.MapPost("/{split:guid}/refusal", RefuseAsync).For(Role.ConsortiumManager, Role.Auditor);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, int number, HttpContext http, ApiClient api, FormState? form, CancellationToken ct, string? done = null)
    {
        var (found, capacity) = (api.GetAsync<OrderView>(Act.OrderPath(id), ct), api.GetAsync<List<CapacityView>>("/api/allocation/capacity", ct));
        var (firms, people) = (api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct),
            api.GetAsync<List<ListAccountsResponse>>("/api/membership/accounts", ct));
        if ((await found).Value is not { } order)
        {
            return Reply.Error(http, (await found).Status);
        }

        if (order.Lines.ElementAtOrDefault(number - 1) is not { } line)
        {
            return Reply.Error(http, StatusCodes.Status404NotFound);
        }

        var context = new OrderContext(order, (await firms).Value, (await people).Value, form: form);
        return Reply.Page<ByHandPage>(
            new
            {
                In = context,
                Line = line,
                Rows = Rows(line, context, (await capacity).Value ?? []),
                Done = Language.Current.Word($"hand.done.{done}") is null ? null : done,
            },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    // Every firm that may be asked and has declared capacity, with what it can still make until the line is due.
    private static List<HandRow> Rows(LineView line, OrderContext context, List<CapacityView> capacity)
    {
        var free = capacity.Where(c => c.ProductFamily == line.ProductFamily && (line.DeliveryBefore is not { } due || c.From < due))
            .GroupBy(c => c.MemberId).ToDictionary(firm => firm.Key, firm => firm.Sum(c => Math.Max(0, c.Declared - c.Reserved)));
        return
        [
            .. context.Firms.Values.Where(firm => firm.Standing is "Active" or "Probation" && free.ContainsKey(firm.Id))
                .Select(firm => new HandRow(
                    firm.Id, firm.Name, free.GetValueOrDefault(firm.Id), line.Offers.Where(o => o.MemberId == firm.Id).Sum(o => o.Accepted)))
                .OrderByDescending(row => row.Free).ThenBy(row => row.Name, StringComparer.CurrentCulture),
        ];
    }

    private static async Task<IResult> ProposeAsync(Guid id, int number, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState("hand", sent);
        var parts = new List<SplitPart>();
        foreach (var field in sent.Keys.Where(key => key.StartsWith("part-", StringComparison.Ordinal) && form[key] is not ("" or "0")))
        {
            if (Guid.TryParse(field["part-".Length..], out var firm) && form.Whole(field, words["order.quantity.number"]) is { } quantity)
            {
                parts.Add(new(firm, quantity));
            }
        }

        var reason = form.Needed("reason", words["order.reason.needed"]);
        if (form.Ok && parts.Count == 0)
        {
            form.Wrong("parts", words["hand.parts.needed"]);
        }

        return await SendAsync(
            id, number, "", new { parts, reason }, form, "proposed", http, api, words, ct,
            [.. parts.Index().Select(part => ($"parts[{part.Index}].quantity", $"part-{part.Item.MemberId}"))]);
    }

    private static async Task<IResult> ApproveAsync(
        Guid id, int number, Guid split, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("approve", await http.Request.ReadFormAsync(ct));
        return await SendAsync(id, number, $"/{split}/approval", new { }, form, "approved", http, api, words, ct);
    }

    private static async Task<IResult> RefuseAsync(
        Guid id, int number, Guid split, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("refuse", await http.Request.ReadFormAsync(ct));
        var reason = form.Needed("reason", words["order.reason.needed"]);
        return await SendAsync(id, number, $"/{split}/refusal", new { reason }, form, "refused", http, api, words, ct);
    }

    private static async Task<IResult> SendAsync(
        Guid id, int number, string what, object body, FormState form, string done, HttpContext http, ApiClient api, Words words,
        CancellationToken ct, params (string Theirs, string Ours)[] fields)
    {
        if (form.Ok)
        {
            var order = await api.GetAsync<OrderView>(Act.OrderPath(id), ct);
            if (order.Value?.Lines.ElementAtOrDefault(number - 1) is not { } line)
            {
                return Reply.Error(http, order.Ok ? StatusCodes.Status404NotFound : order.Status);
            }

            var answer = await api.PostAsync<SplitView>($"{Act.LinePath(id, line.LineId)}/splits-by-hand{what}", body, ct, form["key"]);
            if (answer.Ok)
            {
                return Reply.SeeOther(string.Create(CultureInfo.InvariantCulture, $"/orders/{id}/lines/{number}/by-hand?done={done}"));
            }

            if (answer.Status is StatusCodes.Status404NotFound or >= StatusCodes.Status500InternalServerError)
            {
                return Reply.Error(http, answer.Status);
            }

            form.Refused(answer.Problem, words, done == "proposed" ? "parts" : "reason", fields);
        }

        return await ShowAsync(id, number, http, api, form, ct);
    }
}
