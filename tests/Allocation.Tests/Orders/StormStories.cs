using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Scenario G: many requests at the same moment.</summary>
public abstract class StormStories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task A_hundred_acceptances_of_one_offer_are_one_acceptance()
    {
        var vtf = await FoundWith(450, 300, 200);
        var order = await vtf.Allocate(500);
        var offer = await vtf.OfferTo("F1", order);

        // Double clicks, retries with one key, and another device that wants less: whoever is first decides.
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            vtf.Take(offer, i % 5 == 0 ? offer.Quantity - 10 : offer.Quantity, i % 2 == 0 ? null : $"device {i % 3} {i % 5 == 0}")));

        var accepted = answers.Where(a => a.Status == HttpStatusCode.OK).Select(a => a.Read<OfferView>()).ToList();
        Assert.NotEmpty(accepted);
        Assert.Single(accepted.Select(o => (o.State, o.Accepted)).Distinct());
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.True(a.Code == "ALREADY_DECIDED", a.ToString()));
        var now = await vtf.Read(order);
        Assert.Equal(accepted[0].Accepted, now.Lines[0].Offers.Single(o => o.OfferId == offer.OfferId).Accepted);
        Assert.Equal(accepted[0].Accepted, await vtf.Reserved("F1"));
    }

    [Fact]
    public async Task Five_members_race_for_the_last_ten_pieces_and_one_gets_them()
    {
        var vtf = await FoundWith(100, 100, 100, 100, 100);
        var order = await vtf.Hold(("TK-12", 10));
        await vtf.Call(order, 10, "F1", "F2", "F3", "F4", "F5").Gives<OrderView>();
        var call = Assert.Single(Assert.Single((await vtf.Read(order)).Lines).OpenCalls);
        Assert.Contains(call.CallId.ToString(), (await vtf.Get(vtf.Worker("F3"), "open-calls")).Text, StringComparison.Ordinal);

        var claims = await Task.WhenAll(Enumerable.Range(1, 5).Select(i =>
            vtf.Post(vtf.Worker($"F{i}"), $"open-calls/{call.CallId}/claims", new { quantity = 10 })));

        Assert.Equal(10, Assert.Single(claims, c => c.Status == HttpStatusCode.OK).Read<OfferView>().Accepted);
        Assert.Equal(4, claims.Count(c => c.Code == "QUANTITY_GONE"));
        await vtf.Becomes(order, OrderState.Allocated);
    }

    [Fact]
    public async Task Two_managers_start_a_run_and_one_is_refused()
    {
        var vtf = await FoundWith(450, 300, 200);
        var order = await vtf.Hold(("TK-12", 500));

        var starts = await Task.WhenAll(vtf.StartRun(order, vtf.Manager1), vtf.StartRun(order, vtf.Manager2));

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Conflict], starts.Select(s => s.Status).Order());
        Assert.Single(starts, s => s.Code == "RUN_IN_PROGRESS");
        Assert.Equal(1, (await vtf.RunEnded(order)).Round);
    }

    [Fact]
    public async Task Thirty_orders_at_once_never_overdraw_a_capacity()
    {
        var vtf = await FoundWith(450, 300, 200, 150);
        var orders = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => vtf.Place(100)));
        await Task.WhenAll(orders.Select(vtf.Clear));
        await Task.WhenAll(orders.Select(o => vtf.Accept(o).Gives<OrderView>()));
        await Task.WhenAll(orders.Select(vtf.RunEnded));

        // 1,100 of 3,000 pieces can be made: they are offered, each once, and half of the firms take theirs.
        var offers = (await Task.WhenAll(Enumerable.Range(1, 4).Select(i => vtf.Offers($"F{i}", OfferState.Proposed)))).SelectMany(o => o).ToList();
        Assert.InRange(offers.Sum(o => o.Quantity), 1000, 1100);
        var answers = await Task.WhenAll(
            offers.Select(o => o.MemberId == vtf.Firm("F1") || o.MemberId == vtf.Firm("F2") ? vtf.Take(o) : vtf.Decline(o)));
        Assert.All(answers, a => Assert.True(a.Status == HttpStatusCode.OK, a.ToString()));
    }

    [Fact]
    public async Task A_hundred_duplicates_of_one_request_make_one_order()
    {
        var vtf = await Found("F1");
        var document = vtf.Document(("TK-12", 100));

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => vtf.Post(vtf.Manager1, "orders", document, "twin")));

        Assert.All(answers, a => Assert.True(a.Status == HttpStatusCode.Created, a.ToString()));
        Assert.Single(answers.Select(a => a.Text).Distinct());
        Assert.Single((await vtf.Get(vtf.Manager1, "orders").Gives<GetOrder.OrderPage>()).Orders);
    }

    [Fact]
    public async Task All_firms_of_an_order_answer_at_the_same_moment()
    {
        var vtf = await FoundWith([.. Enumerable.Repeat(100L, 16)]);
        var order = await vtf.Allocate(1600);
        var offers = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => vtf.OfferTo($"F{i}", order)));

        var answers = await Task.WhenAll(offers.Select(o => vtf.Take(o)));

        Assert.All(answers, a => Assert.True(a.Status == HttpStatusCode.OK, a.ToString()));
        await vtf.Becomes(order, OrderState.Allocated);
    }
}

public sealed class StormsEmbedded(Embedded host) : StormStories(host);

public sealed class StormsDistributed(Distributed host) : StormStories(host);
