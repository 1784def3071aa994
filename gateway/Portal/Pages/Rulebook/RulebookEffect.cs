using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Rulebook;

/// <summary>
/// What a rulebook would change for open orders, before it counts: the newest of them are run with its policies and quotas. Lots, limits and
/// deadlines can't be tried, and neither can splits by hand.
/// </summary>
/// <param name="Orders">The orders that were tried and have a line that the change concerns.</param>
/// <param name="Tried">How many orders were tried.</param>
/// <param name="Open">How many of the latest orders are open.</param>
/// <param name="Concerns">True if policies or quotas changed at all: without that there is nothing to try.</param>
/// <param name="Untried">The families whose change can't be tried.</param>
/// <param name="Failed">True if a part of the platform did not answer or refused.</param>
public sealed record RulebookEffect(
    IReadOnlyList<RulebookEffect.OnOrder> Orders, int Tried, int Open, bool Concerns, IReadOnlyList<string> Untried, bool Failed)
{
    private const int MostOrders = 3;   // each is a run over the whole order

    private const int MostAlternatives = 10;

    private const string Manual = "Manual";

    private static readonly string[] OpenStates = ["Received", "Screening", "Accepted", "Allocating", "Short"];

    internal static async Task<RulebookEffect> TryAsync(
        IReadOnlyList<Rule> older, IReadOnlyList<Rule> newer, ApiClient api, CancellationToken ct)
    {
        var changed = newer.Where(rule => Differs(For(rule.ProductFamily, older), rule)
            || (rule.ProductFamily == RuleSentences.Everything && older.Any(old => IsNew(old.ProductFamily, newer) && Differs(old, rule)))).ToList();
        var possible = changed.Where(rule => rule.Policy != Manual && (rule.Policy != "Balanced" || rule.Quotas is null))
            .Take(MostAlternatives).ToList();
        string[] untried = [.. changed.Except(possible).Select(rule => rule.ProductFamily)];
        if (possible.Count == 0)
        {
            return new([], 0, 0, changed.Count > 0, untried, false);
        }

        var latest = await api.GetAsync<OrderPage>("/api/allocation/orders?limit=100", ct);
        var open = latest.Value?.Orders.Where(order => OpenStates.Contains(order.State)).ToList() ?? [];
        var alternatives = possible.ConvertAll(rule => new
        {
            name = rule.ProductFamily, policy = rule.Policy, quotas = rule.Policy == "QuotaCatchUp" ? rule.Quotas : null,
        });
        var tried = await Task.WhenAll(open.Take(MostOrders).Select(async order => (Order: order, Answer: await api.PostAsync<SimulateOrderResponse>(
            $"/api/allocation/orders/{order.OrderId}/simulations", new { alternatives }, ct))));
        return new(
            [
                .. tried.Where(run => run.Answer.Ok).Select(run => new OnOrder(
                    run.Order.OrderId, $"{run.Order.Buyer} {run.Order.BuyerReference}".Trim(), Lines(run.Answer.Value!, possible, newer)))
                    .Where(order => order.Lines.Count > 0),
            ],
            tried.Length, open.Count, true, untried,
            !latest.Ok || tried.Any(run => run.Answer is { Ok: false, Problem.Code: not "NOTHING_OPEN" }));
    }

    // Each line as it stands, beside the outcome under the rule that would apply to its family.
    private static List<OnLine> Lines(SimulateOrderResponse run, List<Rule> tried, IReadOnlyList<Rule> newer) =>
    [
        .. from now in run.AsItStands.Lines
           let rule = For(now.ProductFamily, newer)
           where tried.Contains(rule)
           let then = run.Alternatives.FirstOrDefault(a => a.Name == rule.ProductFamily)?.Lines.FirstOrDefault(line => line.LineId == now.LineId)
           where then is not null
           select new OnLine(
               now.LineId, now.ProductFamily, now.Shortage, then.Shortage,
               [
                   .. now.Parts.Concat(then.Parts).Select(part => part.MemberCode).Distinct().Order(StringComparer.Ordinal)
                       .Select(firm => (firm, Of(firm, now.Parts), Of(firm, then.Parts))),
               ]),
    ];

    private static long Of(string firm, IReadOnlyList<PartOutcome> parts) =>
        parts.Where(part => part.MemberCode == firm).Sum(part => part.Quantity);

    private static Rule For(string family, IReadOnlyList<Rule> rules) =>
        rules.FirstOrDefault(rule => rule.ProductFamily == family) ?? rules.First(rule => rule.ProductFamily == RuleSentences.Everything);

    private static bool IsNew(string family, IReadOnlyList<Rule> rules) => rules.All(rule => rule.ProductFamily != family);

    private static bool Differs(Rule one, Rule other) => one.Policy != other.Policy
        || !(one.Quotas ?? []).OrderBy(quota => quota.MemberId).SequenceEqual((other.Quotas ?? []).OrderBy(quota => quota.MemberId));

    /// <summary>An order.</summary>
    /// <param name="OrderId">The order.</param>
    /// <param name="Name">Its buyer and number.</param>
    /// <param name="Lines">The lines that the change concerns.</param>
    public sealed record OnOrder(Guid OrderId, string Name, IReadOnlyList<OnLine> Lines);

    /// <summary>A line of it, as it stands and as it would be.</summary>
    /// <param name="LineId">The line.</param>
    /// <param name="Family">The family of its product.</param>
    /// <param name="ShortNow">What finds no firm as it stands.</param>
    /// <param name="ShortThen">What would find none.</param>
    /// <param name="Firms">Each firm by its code, with its part now and then.</param>
    public sealed record OnLine(string LineId, string Family, long ShortNow, long ShortThen, IReadOnlyList<(string Code, long Now, long Then)> Firms);
}
