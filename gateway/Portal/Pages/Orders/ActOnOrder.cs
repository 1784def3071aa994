using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>What a manager does to an order. Done: its page says so. Refused: its page as it is now, with what was typed and why not.</summary>
internal static class ActOnOrder
{
    /// <summary>How long a calculation may take until its answer comes: a step of the shortage procedure looks ahead.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(25);

    public static void Map(IEndpointRouteBuilder pages)
    {
        var manager = pages.MapGroup("/orders/{id:guid}").For(Role.ConsortiumManager);
        manager.MapPost("/screening", ScreenAsync);
        manager.MapPost("/lines/{line:int}/product", MatchAsync);
        manager.MapPost("/questions/{number:int}", DecideAsync);
        manager.MapPost("/acceptance", AcceptAsync);
        manager.MapPost("/run", (Guid id, Act act) => act.PostAsync(id, "run", "allocation-runs", _ => new { }, "started"));
        manager.MapPost("/run/cancellation", (Guid id, Act act) =>
            act.PostAsync(id, "give-up", "allocation-runs/cancellation", _ => new { }, "given-up"));
        manager.MapPost("/prices", (Guid id, Act act) => act.PostAsync(
            id, "prices", "price-rounds", form => new { reason = Given(form, "reason") }, "asked", "reason"));
        manager.MapPost("/shortage-step", StepAsync);
        manager.MapPost("/call", CallAsync);
        manager.MapPost("/subcontract", SubcontractAsync);
        manager.MapPost("/short-closure", CloseShortAsync);
        manager.MapPost("/cancellation", (Guid id, Act act, Words words) => act.PostAsync(
            id, "cancel", "cancellation",
            form => new { reason = form.Needed("reason", words["order.reason.needed"]), buyerText = Given(form, "buyerText") },
            "cancelled", "reason"));
        var second = pages.MapGroup("/orders/{id:guid}/exceptions/{exception:guid}").For(Role.ConsortiumManager, Role.Auditor);
        second.MapPost("/approval", (Guid id, Guid exception, Act act) => act.PostAsync(
            id, "exception", $"exceptions/{exception}/approval", _ => new { }, "started", "reason", Long));
        second.MapPost("/refusal", (Guid id, Guid exception, Act act, Words words) => act.PostAsync(
            id, "exception", $"exceptions/{exception}/refusal", form => new { reason = form.Needed("reason", words["order.reason.needed"]) },
            "decided", "reason"));
    }

    private static string? Given(FormState form, string name) => form[name] is { Length: > 0 } text ? text : null;

    private static Task<IResult> ScreenAsync(Guid id, Act act, Words words) => act.PostAsync(
        id, "screen", "screening-decisions",
        form => new
        {
            verdict = form.Needed("verdict", words["screen.verdict.needed"]), reason = form.Needed("reason", words["screen.reason.needed"]),
        },
        "screened", "reason");

    private static Task<IResult> DecideAsync(Guid id, int number, Act act, Words words) => act.PostAsync(
        id, $"question-{number}", $"questions/{number}/decision",
        form => new
        {
            verdict = form.Needed("verdict", words["question.verdict.needed"]), reason = form.Needed("reason", words["order.reason.needed"]),
            forFirms = Given(form, "forFirms"), buyerText = Given(form, "buyerText"),
        },
        "decided", "reason");

    private static Task<IResult> AcceptAsync(Guid id, Act act) => act.PostAsync(
        id, "accept", "acceptance", form => new { urgent = form["urgent"] == "true", holdAllocation = form["hold"] == "true" }, "accepted");

    private static Task<IResult> StepAsync(Guid id, Act act, Words words) => act.PostAsync(
        id, form => $"step-{form["kind"]}", "shortage-steps",
        form => new
        {
            kind = form["kind"],
            resolution = form["kind"] == "OverConcentration" ? form.Needed("resolution", words["short.resolution.needed"]) : null,
            skipReason = Given(form, "skipReason"),
        },
        "started", "skipReason", Long);

    private static Task<IResult> MatchAsync(Guid id, int line, Act act, Words words) => act.OnLineAsync(
        id, $"match-{line}", _ => line,
        (form, path, api, ct) =>
        {
            var product = form.Needed("product", words["match.needed"]);
            return form.Ok ? api.PutAsync<OrderView>($"{path}/product", new { product }, ct, form["tag"]) : null;
        },
        "matched", "product");

    private static Task<IResult> CallAsync(Guid id, Act act, Words words) => act.OnLineAsync(
        id, "call", Line,
        (form, path, api, ct) =>
        {
            var quantity = form.Whole("quantity", words["order.quantity.number"]);
            var members = form.All("members");
            if (members.Count == 0)
            {
                form.Wrong("members", words["call.members.needed"]);
            }

            var hours = form.Whole("hours", words["call.hours.number"]);
            return form.Ok
                ? api.PostAsync<OrderView>(
                    $"{path}/open-calls",
                    new { quantity, members, seconds = hours * 3600, aboveCap = form["aboveCap"] == "true", reason = Given(form, "reason") },
                    ct, form["key"])
                : null;
        },
        "called", "quantity", ("seconds", "hours"));

    private static Task<IResult> SubcontractAsync(Guid id, Act act, Words words) => act.OnLineAsync(
        id, "subcontract", Line,
        (form, path, api, ct) =>
        {
            var (memberId, subcontractor) = (form.Needed("memberId", words["subcontract.firm.needed"]),
                form.Needed("subcontractor", words["subcontract.name.needed"]));
            var quantity = form.Whole("quantity", words["order.quantity.number"]);
            var currency = form.Needed("currency", words["subcontract.currency.needed"]).ToUpperInvariant();
            var price = Money.Read(form["price"], currency);
            if (price is null)
            {
                form.Wrong("price", words["subcontract.price.number"]);
            }

            return form.Ok
                ? api.PostAsync<OrderView>(
                    $"{path}/subcontracts",
                    new { memberId, subcontractor, quantity, unitPriceMinor = price, currency, skipReason = Given(form, "skipReason") }, ct,
                    form["key"])
                : null;
        },
        "subcontracted", "quantity", ("unitPriceMinor", "price"));

    private static Task<IResult> CloseShortAsync(Guid id, Act act, Words words) => act.OnLineAsync(
        id, "close", Line,
        (form, path, api, ct) =>
        {
            var quantity = form.Whole("quantity", words["order.quantity.number"]);
            var reason = form.Needed("reason", words["order.reason.needed"]);
            return form.Ok
                ? api.PostAsync<OrderView>($"{path}/short-closure", new { quantity, reason, buyerText = Given(form, "buyerText") }, ct, form["key"])
                : null;
        },
        "closed", "quantity");

    private static int Line(FormState form) => int.TryParse(form["line"], out var line) ? line : 1;
}
