using System.Text.Json;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.Orders;

/// <summary>What the clean team reads of orders: how they stand, what the buyer wrote, how each run came about, and the answer to the buyer.</summary>
internal static class GetOrder
{
    /// <summary>One order in a list.</summary>
    /// <param name="OrderId">The order.</param>
    /// <param name="State">How far it has come.</param>
    /// <param name="Buyer">The buyer's name.</param>
    /// <param name="BuyerReference">The buyer's own number of the order.</param>
    /// <param name="ReceivedAt">When it came in, UTC.</param>
    /// <param name="NextDeadline">The next deadline among its open offers, UTC, exclusive.</param>
    public sealed record OrderSummary(Guid OrderId, OrderState State, string Buyer, string BuyerReference, DateTime ReceivedAt, DateTime? NextDeadline);

    /// <summary>A page of orders, the latest first.</summary>
    /// <param name="Orders">The orders.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record OrderPage(IReadOnlyList<OrderSummary> Orders, Guid? Before);

    /// <summary>One run with all its reasons.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="OrderId">The order.</param>
    /// <param name="Round">1 is the first run.</param>
    /// <param name="Stage">Whom it asked.</param>
    /// <param name="RulebookVersion">The rules it used.</param>
    /// <param name="StartedAt">When it was begun, UTC.</param>
    /// <param name="CompletedAt">When its offers went out, UTC.</param>
    /// <param name="ReplaysIdentically">If asked for with `replay`: true where, calculated again just now from the stored snapshot, it gave the same plan to the byte (F-Q8); absent if not asked for, or if a policy reckons otherwise since then: a line's `policy` names the version it was split by.</param>
    /// <param name="Snapshot">The frozen input; where several orders were planned together, of all of them.</param>
    /// <param name="Plan">The result: parts, who was passed over and why, and the full arithmetic.</param>
    public sealed record RunView(
        Guid RunId, Guid OrderId, int Round, OfferKind Stage, int RulebookVersion, DateTime StartedAt, DateTime CompletedAt,
        bool? ReplaysIdentically, JsonElement Snapshot, JsonElement Plan);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = new[] { Role.ConsortiumManager, Role.Auditor };
        routes.MapGet("orders", ListAsync).WithName("ListOrders").For(read)
            .WithSummary("List orders, the latest first")
            .WithDescription("`limit` 1 to 200, 50 if absent; `before` is the last page's `before`; `state` filters.");
        routes.MapGet("orders/{id:guid}", Handle).WithName(nameof(GetOrder)).For(read)
            .WithSummary("Read an order and what became of every piece of it")
            .WithDescription("Every line with its offers, open calls and what is left; the `ETag` is the version to edit.");
        routes.MapGet("orders/{id:guid}/document", DocumentAsync).WithName("GetOrderDocument").For(read)
            .WithSummary("Read what the buyer wrote, complete")
            .WithDescription("The document as it came in, also what allocation has no use for.");
        routes.MapGet("orders/{id:guid}/allocation-runs", RunsAsync).WithName("ListAllocationRuns").For(read)
            .WithSummary("Read every run of an order: snapshot, plan and reasons")
            .WithDescription("With `replay=true` each run is calculated again from its stored snapshot while you wait, which takes as long as the run did: `replaysIdentically` says whether "
                + "the plan is the same to the byte (F-Q8); it is absent where a policy has a later version than the one that split a line.");
        routes.MapGet("orders/{id:guid}/ubl-response", ResponseAsync).WithName("GetOrderResponse").For(read)
            .Produces<string>(StatusCodes.Status200OK, "application/xml")
            .WithSummary("The answer to the buyer as a UBL 2.1 OrderResponse")
            .WithDescription("Accepted, changed or rejected, line by line; `GATE_NOT_PASSED` while it is not decided.");
    }

    /// <summary>An order and what the buyer wrote, if the caller may see it.</summary>
    internal static async Task<(Order Order, OrderDocument Document)?> FindOrderAsync(this AllocationDb db, Guid id, CancellationToken ct) =>
        await db.Orders.Where(o => o.Id == id).Join(db.OrderPapers, o => o.Id, p => p.OrderId, (order, paper) => new { order, paper.Json }).SingleOrDefaultAsync(ct) is { } found
            ? (found.order, OrderPaper.Read(found.Json))
            : null;

    private static async Task<Results<Ok<OrderPage>, ProblemHttpResult>> ListAsync(
        AllocationDb db, int? limit, Guid? before, OrderState? state, CancellationToken ct)
    {
        var (refused, rows, most) = await db.Orders.PageAsync(nameof(Order.ReceivedAt), limit, before, o => state == null || o.State == state, ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.Select(o => new OrderSummary(o.Id, o.State, o.BuyerName, o.BuyerReference, o.ReceivedAt, o.NextDeadline)).ToListAsync(ct);
        return TypedResults.Ok(new OrderPage(page, page.Count == most ? page[^1].OrderId : null));
    }

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> Handle(
        Guid id, HttpContext http, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        await ExpireOffers.EndDueAsync(order, db, clock.GetUtcNow().UtcDateTime, ct);
        EntityTag.Write(http.Response, order.Version);
        return TypedResults.Ok(await OrderView.OfAsync(order, document, db, ct));
    }

    private static async Task<Results<Ok<OrderDocument>, ProblemHttpResult>> DocumentAsync(Guid id, AllocationDb db, CancellationToken ct) =>
        await db.OrderPapers.AsNoTracking().SingleOrDefaultAsync(p => p.OrderId == id, ct) is { } paper
            ? TypedResults.Ok(paper.Document)
            : Refusal.NotFound();

    private static async Task<Results<Ok<IReadOnlyList<RunView>>, ProblemHttpResult>> RunsAsync(
        Guid id, AllocationDb db, CancellationToken ct, bool replay = false)
    {
        if (!await db.Orders.AnyAsync(o => o.Id == id, ct))
        {
            return Refusal.NotFound();
        }

        var runs = await db.Runs.AsNoTracking().Where(r => r.OrderId == id).OrderBy(r => r.Round).ToListAsync(ct);
        var keeping = runs.Select(r => r.PlannedWith).OfType<Guid>().ToList();
        var kept = await db.Runs.AsNoTracking().Where(r => keeping.Contains(r.Id)).ToDictionaryAsync(r => r.Id, ct);
        return TypedResults.Ok<IReadOnlyList<RunView>>([.. runs.Select(r => (Run: r, Whole: r.PlannedWith is { } with ? kept[with] : r)).Select(r => new RunView(
            r.Run.Id, r.Run.OrderId, r.Run.Round, r.Run.Stage, r.Run.RulebookVersion, r.Run.StartedAt, r.Run.CompletedAt, replay ? r.Whole.ReplaysIdentically(ct) : null,
            JsonSerializer.Deserialize<JsonElement>(r.Whole.Snapshot), JsonSerializer.Deserialize<JsonElement>(r.Whole.Plan)))]);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ResponseAsync(
        Guid id, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Orders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct) is not { } order)
        {
            return Refusal.NotFound();
        }

        if (order.State is not (OrderState.Allocated or OrderState.Cancelled))
        {
            return new Refusal("GATE_NOT_PASSED", "The buyer is answered when every piece is allocated or given up.").ToProblem();
        }

        var document = (await db.OrderPapers.AsNoTracking().SingleAsync(p => p.OrderId == id, ct)).Document;
        var consortium = await db.Consortia.AsNoTracking().SingleOrDefaultAsync(c => c.Id == order.ConsortiumId, ct);
        var lines = order.Lines.Select(line => order.AcceptedOf(line.LineId) switch
        {
            0 => new AnsweredLine(line.LineId, LineAnswer.Rejected, Note: line.ShortCloseReason ?? order.CancelReason),
            var all when all == line.Ordered => new AnsweredLine(line.LineId, LineAnswer.Accepted),
            var part => new AnsweredLine(line.LineId, LineAnswer.Changed, part, line.ShortCloseReason),
        });
        var answer = new OrderAnswer(
            $"R-{order.Id:N}", clock.GetUtcNow().UtcDateTime, [.. lines], order.CancelReason,
            Seller: new DocumentParty { Name = consortium?.Name, LegalEntity = new LegalEntity(consortium?.Name) }, OrderReference: order.Id.ToString("N"));
        return TypedResults.File(WriteUblOrderResponse.Write(document, answer), "application/xml", $"order-response-{order.Id:N}.xml");
    }
}
