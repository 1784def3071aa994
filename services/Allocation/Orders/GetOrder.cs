using System.Globalization;
using System.Text.Json;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.Orders;

/// <summary>The clean team reads orders: their state, what the buyer wrote, each run with its reasons, and the answer to the buyer.</summary>
internal static class GetOrder
{
    private const int LongestSearch = 200;

    /// <summary>One order in a list.</summary>
    /// <param name="OrderId">The order.</param>
    /// <param name="State">Its state.</param>
    /// <param name="Buyer">The buyer's name.</param>
    /// <param name="BuyerReference">The buyer's own number of the order.</param>
    /// <param name="ReceivedAt">When it was placed, UTC.</param>
    /// <param name="NextDeadline">The next deadline among its open offers, UTC, exclusive.</param>
    /// <param name="Currency">ISO 4217 code of its prices.</param>
    /// <param name="Lines">The number of its lines; absent for an order that hasn't changed for long, and so are the others below.</param>
    /// <param name="ValueMinor">What the buyer pays for all lines, in minor units; absent if a line has no price.</param>
    /// <param name="Quantities">Where its pieces are; absent unless all lines are counted in the same unit.</param>
    public sealed record OrderSummary(
        Guid OrderId, OrderState State, string Buyer, string BuyerReference, DateTime ReceivedAt, DateTime? NextDeadline, string Currency,
        int? Lines, long? ValueMinor, OrderQuantities? Quantities);

    /// <summary>A page of orders, the latest first.</summary>
    /// <param name="Orders">The orders.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record OrderPage(IReadOnlyList<OrderSummary> Orders, Guid? Before);

    /// <summary>One run with all its reasons.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="OrderId">The order.</param>
    /// <param name="Round">1 is the first run.</param>
    /// <param name="Stage">Which firms it asked.</param>
    /// <param name="RulebookVersion">The rules it used.</param>
    /// <param name="StartedAt">When it was started, UTC.</param>
    /// <param name="CompletedAt">When its offers went out, UTC.</param>
    /// <param name="ReplaysIdentically">With `replay`: true if calculating again from the stored snapshot gave the same plan to the byte (F-Q8).
    /// Absent without
    /// `replay`, or if a line's `policy` names a version that can no longer be calculated.</param>
    /// <param name="Snapshot">The frozen input; if several orders were planned together, of all of them.</param>
    /// <param name="Plan">The result: parts, who was passed over and why, and the full arithmetic.</param>
    /// <param name="Units">The unit of each line of this order: the snapshot and the plan count the line in it.</param>
    public sealed record RunView(
        Guid RunId, Guid OrderId, int Round, OfferKind Stage, int RulebookVersion, DateTime StartedAt, DateTime CompletedAt,
        bool? ReplaysIdentically, JsonElement Snapshot, JsonElement Plan, IReadOnlyList<LineUnit> Units);

    /// <summary>The unit in which a line is counted.</summary>
    /// <param name="LineId">The line.</param>
    /// <param name="Unit">UN/ECE code of the unit.</param>
    public sealed record LineUnit(string LineId, string Unit);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = new[] { Role.ConsortiumManager, Role.Auditor };
        routes.MapGet("orders", ListAsync).WithName("ListOrders").For(read)
            .WithSummary("List orders, the latest first")
            .WithDescription("`limit` 1 to 200, 50 if absent; `before` is the last page's `before`. `state` filters; `states` names "
                + "several, separated by commas. `search` finds a part of the buyer's name or of its number of the order, in capitals or not.");
        routes.MapGet("orders/{id:guid}", GetAsync).WithName(nameof(GetOrder)).For(read)
            .WithSummary("Read an order and what happened to every piece of it")
            .WithDescription("Every line with its offers, open calls and open pieces. Send the `ETag` as `If-Match` to edit.");
        routes.MapGet("orders/{id:guid}/document", GetDocumentAsync).WithName("GetOrderDocument").For(read)
            .WithSummary("Read the buyer's complete document")
            .WithDescription("As it was received, including what allocation doesn't use.");
        routes.MapGet("orders/{id:guid}/document/file", GetFileAsync).WithName("GetOrderFile").For(read)
            .Produces<string>(StatusCodes.Status200OK, "application/xml")
            .WithSummary("Read the file that the order came as")
            .WithDescription("The UBL file, byte for byte as it was imported. 404 for an order that was placed as JSON.");
        routes.MapGet("orders/{id:guid}/allocation-runs", ListRunsAsync).WithName("ListAllocationRuns").For(read)
            .WithSummary("Read the runs of an order: snapshot, plan and reasons")
            .WithDescription("With `replay=true` each run is calculated again from its stored snapshot, which takes as long as the run did: "
                + "`replaysIdentically` tells whether the plan is the same to the byte (F-Q8). It is absent if a line was split by a "
                + "version of its policy that can no longer be calculated.");
        routes.MapGet("orders/{id:guid}/ubl-response", GetResponseAsync).WithName("GetOrderResponse").For(read)
            .Produces<string>(StatusCodes.Status200OK, "application/xml")
            .WithSummary("Read the answer to the buyer as a UBL 2.1 OrderResponse")
            .WithDescription("Accepted, changed or rejected, line by line; `GATE_NOT_PASSED` while the order is undecided, `SCREENING_HOLD` while "
                + "its screening is on hold. It tells the texts for the buyer, never the reasons. The seller is the party "
                + "that the consortium trades as; as long as it has stated none, whoever the order was addressed to.");
    }

    private static async Task<Results<Ok<OrderPage>, ProblemHttpResult>> ListAsync(
        AllocationDb db, int? limit, Guid? before, OrderState? state, string? states, string? search, CancellationToken ct)
    {
        var names = states?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (names.Except(Enum.GetNames<OrderState>()).Any())
        {
            return Refusal.Invalid("states", "Must be names of states, separated by commas.");
        }

        if (search is { Length: > LongestSearch })
        {
            return Refusal.Invalid("search", $"May have at most {LongestSearch} characters.");
        }

        // Both as typed and in small letters: SQLite knows only the small letters of ASCII.
        List<OrderState> either = [.. names.Select(Enum.Parse<OrderState>), .. state is { } one ? [one] : Array.Empty<OrderState>()];
        var (anyState, text) = (either.Count == 0, search?.Trim() ?? "");
        var small = text.ToLower(CultureInfo.InvariantCulture);
        var (refused, rows, most) = await db.Orders.PageAsync(
            nameof(Order.ReceivedAt), limit, before,
#pragma warning disable CA1862 // The database compares, and knows no StringComparison.
            o => (anyState || either.Contains(o.State))
                && (text == "" || o.BuyerName.Contains(text) || o.BuyerReference.Contains(text)
                    || o.BuyerName.ToLower().Contains(small) || o.BuyerReference.ToLower().Contains(small)),
#pragma warning restore CA1862
            ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.Select(o => new { o.Id, o.State, o.BuyerName, o.BuyerReference, o.ReceivedAt, o.NextDeadline, o.Currency, o.Digest })
            .ToListAsync(ct);
        return TypedResults.Ok(new OrderPage(
            page.ConvertAll(o => new OrderSummary(
                o.Id, o.State, o.BuyerName, o.BuyerReference, o.ReceivedAt, o.NextDeadline, o.Currency, o.Digest?.Lines, o.Digest?.ValueMinor,
                o.Digest?.Quantities)),
            page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> GetAsync(
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

    private static async Task<Results<Ok<OrderDocument>, ProblemHttpResult>> GetDocumentAsync(Guid id, AllocationDb db, CancellationToken ct) =>
        await db.ReceivedDocuments.AsNoTracking().SingleOrDefaultAsync(d => d.OrderId == id, ct) is { } received
            ? TypedResults.Ok(received.Document)
            : Refusal.NotFound();

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetFileAsync(Guid id, AllocationDb db, CancellationToken ct) =>
        await db.ReceivedDocuments.AsNoTracking().Where(d => d.OrderId == id).Select(d => d.File).SingleOrDefaultAsync(ct) is { } file
            ? TypedResults.File(file, "application/xml", $"order-{id:N}.xml")
            : Refusal.NotFound();

    private static async Task<Results<Ok<IReadOnlyList<RunView>>, ProblemHttpResult>> ListRunsAsync(
        Guid id, AllocationDb db, CancellationToken ct, bool replay = false)
    {
        if (await db.Orders.AsNoTracking().Where(o => o.Id == id).Select(o => o.Lines).SingleOrDefaultAsync(ct) is not { } lines)
        {
            return Refusal.NotFound();
        }

        var runs = await db.Runs.AsNoTracking().Where(r => r.OrderId == id).OrderBy(r => r.Round).ToListAsync(ct);
        var keeping = runs.Select(r => r.PlannedWith).OfType<Guid>().ToList();
        var kept = await db.Runs.AsNoTracking().Where(r => keeping.Contains(r.Id)).ToDictionaryAsync(r => r.Id, ct);
        var units = lines.Where(line => line.Product is not null).Select(line => new LineUnit(line.LineId, line.CountedIn)).ToList();
        return TypedResults.Ok<IReadOnlyList<RunView>>([.. runs.Select(run =>
        {
            var whole = run.PlannedWith is { } with ? kept[with] : run;
            return new RunView(
                run.Id, run.OrderId, run.Round, run.Stage, run.RulebookVersion, run.StartedAt, run.CompletedAt,
                replay ? whole.ReplaysIdentically(ct) : null,
                JsonSerializer.Deserialize<JsonElement>(whole.Snapshot), JsonSerializer.Deserialize<JsonElement>(whole.Plan), units);
        })]);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetResponseAsync(
        Guid id, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Orders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct) is not { } order)
        {
            return Refusal.NotFound();
        }

        if (order.IsOnHold())
        {
            return new Refusal("SCREENING_HOLD", "The screening is on hold: the buyer isn't answered until two people have cleared it (R-620).")
                .ToProblem();
        }

        if (order.State is not (OrderState.Allocated or OrderState.Cancelled))
        {
            return new Refusal("GATE_NOT_PASSED", "The buyer is answered once every piece is allocated or given up.").ToProblem();
        }

        var document = (await db.ReceivedDocuments.AsNoTracking().SingleAsync(d => d.OrderId == id, ct)).Document;
        var consortium = await db.Consortia.AsNoTracking().SingleOrDefaultAsync(c => c.Id == order.ConsortiumId, ct);
        var lines = order.Lines.Select(line => order.AcceptedOf(line.LineId) switch
        {
            0 => new AnsweredLine(line.LineId, LineAnswer.Rejected, Note: line.BuyerText ?? order.BuyerText),
            var all when all == line.Ordered => new AnsweredLine(line.LineId, LineAnswer.Accepted),
            var part => new AnsweredLine(
                line.LineId, LineAnswer.Changed, line.InBuyersUnit(part, document.Lines.First(l => l.LineId == line.LineId)), line.BuyerText),
        });
        var answer = new OrderAnswer(
            $"R-{order.Id:N}", clock.GetUtcNow().UtcDateTime, [.. lines], order.BuyerText,
            Seller: new DocumentParty { Name = consortium?.Name, LegalEntity = new LegalEntity(consortium?.Name) },
            OwnParty: consortium?.Party is { } own ? OwnParty.Of(own) : null,
            OrderReference: order.Id.ToString("N"));
        return TypedResults.File(WriteUblOrderResponse.Write(document, answer), "application/xml", $"order-response-{order.Id:N}.xml");
    }
}
