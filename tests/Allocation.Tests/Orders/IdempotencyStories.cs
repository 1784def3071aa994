using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>The same key and body get the same answer and have one effect; another body is refused; keys of others never collide (F-E4).</summary>
public abstract class IdempotencyStories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task The_same_key_and_body_get_the_same_answer()
    {
        var vtf = await Found("F1");
        var document = vtf.Document(("TK-12", 100));
        var first = await vtf.Post(vtf.Manager1, "orders", document, "key");
        var again = await vtf.Post(vtf.Manager1, "orders", document, "key");

        Assert.Equal((HttpStatusCode.Created, first.Text, first.Headers.Location), (again.Status, again.Text, again.Headers.Location));
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        await vtf.Post(vtf.Manager1, "orders", vtf.Document(("TK-12", 101)), "key").IsRefused("IDEMPOTENCY_CONFLICT");
        await vtf.Post(vtf.Manager1, "orders", document, new string('k', 201)).IsRefused("INVALID_INPUT", 400);

        // Another person's key is another key.
        Assert.NotEqual(first.Text, (await vtf.Post(vtf.Manager2, "orders", document, "key")).Text);
        Assert.Equal(2, (await vtf.Get(vtf.Manager1, "orders").Gives<GetOrder.OrderPage>()).Orders.Count);
    }

    [Fact]
    public async Task A_refusal_is_repeated_too_and_invalid_input_can_be_corrected_under_the_same_key()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Place(100);
        await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/acceptance", new { }, "take").IsRefused("SCREENING_HOLD");
        await vtf.Clear(order);
        await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/acceptance", new { }, "take").IsRefused("SCREENING_HOLD");
        await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/acceptance", new { }, "now").Gives<OrderView>();
        await vtf.RunEnded(order);

        // Input that could not be taken left nothing behind.
        var offer = await vtf.OfferTo("F1", order);
        await vtf.Take(offer, 0, "answer").IsRefused("INVALID_INPUT", 400);
        await vtf.Take(offer, offer.Quantity, "answer").Gives<OfferView>();
    }

    [Fact]
    public async Task Keyed_answers_of_all_firms_at_once_all_count()
    {
        var vtf = await FoundWith(100, 100, 100, 100, 100, 100);
        var order = await vtf.Allocate(600);
        var offers = await Task.WhenAll(Enumerable.Range(1, 6).Select(i => vtf.OfferTo($"F{i}", order)));

        var answers = await Task.WhenAll(offers.SelectMany(o => Enumerable.Range(0, 4).Select(_ => vtf.Take(o, null, "mine"))));

        Assert.All(answers, a => Assert.True(a.Status == HttpStatusCode.OK, a.ToString()));
        await vtf.Becomes(order, OrderState.Allocated);
    }
}

public sealed class IdempotencyEmbedded(Embedded host) : IdempotencyStories(host);

public sealed class IdempotencyDistributed(Distributed host) : IdempotencyStories(host);
