using System.Text.RegularExpressions;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>A firm that was offered nothing of a line reads why: its own reason, and nothing else (F-C2).</summary>
public abstract partial class PassedOverStories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task Each_firm_reads_its_own_reasons_only()
    {
        var vtf = await FoundWith(412, 313, 20, 400);
        await vtf.Standing("F4", "Suspended");
        await vtf.Join("F5", "tables");
        var order = await vtf.Allocate(false, ("TK-12", 600), ("TB-03", 70));

        Assert.Equal(["1 BELOW_MIN_LOT", "2 NOT_CAPABLE"], await Reasons(vtf, "F3", order));
        Assert.Equal(["1 SUSPENDED", "2 SUSPENDED"], await Reasons(vtf, "F4", order));
        Assert.Equal(["1 NOT_CAPABLE", "2 NO_FREE_CAPACITY"], await Reasons(vtf, "F5", order));
        Assert.Equal(["2 NOT_CAPABLE"], await Reasons(vtf, "F1", order));
        var own = (await Page(vtf, "F3", order)).PassedOver[0];
        Assert.Equal(
            (order.OrderId, "R-609", "The firm can make 20 pieces; the least it may be offered is 30."),
            (own.OrderId, own.Explanation.Rule, own.Explanation.Text));

        // No other firm, no price, no quantity but its own.
        var said = (await vtf.Get(vtf.Worker("F3"), $"passed-over?orderId={order.OrderId}")).Text;
        var run = Assert.Single(await vtf.Runs(order)).RunId.ToString();
        foreach (var secret in (string[])[run, "Nordhaus", .. new[] { "F1", "F2", "F4" }.Select(f => $"{vtf.Firm(f)}")])
        {
            Assert.DoesNotContain(secret, said, StringComparison.OrdinalIgnoreCase);
        }

        foreach (var number in (string[])["412", "313", "600", "4800"])
        {
            Assert.DoesNotContain(number, IdOrTime().Replace(said, ""), StringComparison.Ordinal);
        }

        // Another consortium's firm reads nothing of it; the clean team has the whole plan instead.
        var other = await FoundWith(100);
        Assert.Empty((await Page(other, "F1", order)).PassedOver);
        await vtf.Get(vtf.Manager1, "passed-over").IsRefused("NOT_ALLOWED", 403);
        await vtf.Get(vtf.Worker("F3"), "passed-over?limit=0").IsRefused("INVALID_INPUT", 400);
    }

    [Fact]
    public async Task Where_the_rulebook_asks_for_a_brand_licence_only_firms_with_one_are_asked()
    {
        var vtf = await FoundWith(400, 400, 400, 400, 400);
        await vtf.Licence("F1", null, "Active");
        await vtf.Licence("F1", "TK-12", "Suspended", vtf.Today);   // it would be over
        await vtf.Licence("F2", null, "Active", new(2999, 1, 1));
        await vtf.Licence("F2", "TK-12", "Suspended");
        await vtf.Licence("F3", "TB-03", "Active");
        await vtf.Licence("F4", null, "Withdrawn");
        await vtf.Licence("F5", null, "Active", vtf.Today);
        var free = await vtf.Allocate(300);
        Assert.Equal(5, (await vtf.Offered(free)).Split(' ').Count(word => word.StartsWith('F')));

        await vtf.Rule(new AllocationRule { ProductFamily = "*", LotSize = 10, MinLot = 10, RequiresBrandLicence = true });
        var order = await vtf.Allocate(100);

        Assert.StartsWith("F1 ", await vtf.Offered(order), StringComparison.Ordinal);
        foreach (var firm in (string[])["F2", "F3", "F4", "F5"])
        {
            Assert.Equal(["1 NOT_LICENSED"], await Reasons(vtf, firm, order));
        }
    }

    [Fact]
    public async Task A_reason_does_not_tell_how_many_pieces_are_ordered()
    {
        var vtf = await FoundWith(1000, 1000, 1000);
        var order = await vtf.Allocate(777);
        await vtf.Decline("F2", order);
        await vtf.Decline("F3", order);
        await vtf.Take("F1", order);

        // F1 is offered what it may hold of the rest; then it is at its cap of 388.
        await AllocationService.Eventually("F1 is offered more", async () => (await vtf.Offered(order)).StartsWith("F1", StringComparison.Ordinal));
        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Short);
        var own = (await Page(vtf, "F1", order)).PassedOver[0];
        Assert.Equal("CONCENTRATION_REACHED", own.Code);
        Assert.StartsWith("A member may have at most 50 percent of a line; the firm holds ", own.Explanation.Text, StringComparison.Ordinal);
        var said = (await vtf.Get(vtf.Worker("F1"), "passed-over")).Text;
        said = IdOrTime().Replace(said, "");
        Assert.DoesNotContain("777", said, StringComparison.Ordinal);
        Assert.DoesNotContain("388", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_firm_pages_through_its_own_reasons_only_latest_first_also_of_a_joint_run()
    {
        var vtf = await FoundWith(1000, 1000, 20);
        await vtf.Allocate(100);
        var (first, second) = (await vtf.Hold(("TK-12", 100)), await vtf.Hold(("TK-12", 200)));
        await vtf.Post(vtf.Manager1, "allocation-runs", new { orderIds = new[] { first.OrderId, second.OrderId } }).Gives<object>();
        await vtf.RunEnded(first);
        await vtf.RunEnded(second);

        Assert.Equal(["1 BELOW_MIN_LOT"], await Reasons(vtf, "F3", first));
        Assert.Equal(["1 BELOW_MIN_LOT"], await Reasons(vtf, "F3", second));
        var (seen, before) = (new List<Guid>(), "");
        for (var page = 1; page <= 4; page++)
        {
            var (reasons, next) = await vtf.Get(vtf.Worker("F3"), $"passed-over?limit=1{before}").Gives<GetPassedOver.PassedOverPage>();
            seen.AddRange(reasons.Select(r => r.OrderId));
            before = $"&before={next}";
            if (next is null)
            {
                break;
            }
        }

        Assert.Equal(3, seen.Count);
        Assert.Equal(new[] { first.OrderId, second.OrderId }.Order(), seen.Take(2).Order());

        // Runs that didn't pass a firm over leave no trace in its pages: no page without reasons, no cursor.
        var none = await vtf.Get(vtf.Worker("F1"), "passed-over?limit=1").Gives<GetPassedOver.PassedOverPage>();
        Assert.Empty(none.PassedOver);
        Assert.Null(none.Before);
        var run = Assert.Single(await vtf.Runs(first)).RunId;
        await vtf.Get(vtf.Worker("F3"), $"passed-over?before={run}").IsRefused("INVALID_INPUT", 400);
        var other = (await vtf.Get(vtf.Worker("F3"), "passed-over?limit=1").Gives<GetPassedOver.PassedOverPage>()).Before;
        await vtf.Get(vtf.Worker("F1"), $"passed-over?before={other}").IsRefused("INVALID_INPUT", 400);
    }

    private static async Task<GetPassedOver.PassedOverPage> Page(AllocationService vtf, string firm, OrderView order) =>
        await vtf.Get(vtf.Worker(firm), $"passed-over?orderId={order.OrderId}").Gives<GetPassedOver.PassedOverPage>();

    private static async Task<IEnumerable<string>> Reasons(AllocationService vtf, string firm, OrderView order) =>
        (await Page(vtf, firm, order)).PassedOver.Select(own => $"{own.LineId} {own.Code}");

    // They have any digits, by chance also those of a quantity.
    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z")]
    private static partial Regex IdOrTime();
}

public sealed class PassedOverEmbedded(Embedded host) : PassedOverStories(host);

public sealed class PassedOverDistributed(Distributed host) : PassedOverStories(host);
