using System.Diagnostics.Metrics;
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

    [Fact, Alone]
    public async Task Twenty_firms_answer_a_long_order_at_the_same_moment_and_none_starts_again()
    {
        var vtf = await FoundWith([.. Enumerable.Repeat(10_000L, 20)]);
        var order = await vtf.Allocate(false, [.. Enumerable.Repeat(("TK-12", 600L), 60)]);
        var offers = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => vtf.Offers($"F{i}", OfferState.Proposed)));
        Assert.All(offers, of => Assert.Equal(60, of.Count));
        var retries = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, it) =>
            {
                if (instrument.Name == "requests.retried")
                {
                    it.EnableMeasurementEvents(instrument);
                }
            },
        };
        // The other shape's stories run beside this one, and some of their requests are retried by right; answers never are.
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => Interlocked.Add(ref retries, IsAnswer(tags) ? count : 0));
        listener.Start();

        // Half of them with a key, and each a line of its own.
        var answers = await Task.WhenAll(offers.Select((of, i) => vtf.Take(of[i], null, i % 2 == 0 ? null : $"key {i}")));

        Assert.All(answers, a => Assert.True(a.Status == HttpStatusCode.OK, a.ToString()));
        Assert.Equal(0, Interlocked.Read(ref retries));
        var now = await vtf.Read(order);
        Assert.Equal(20 * 30, now.Lines.Sum(l => l.Accepted));

        static bool IsAnswer(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var (name, value) in tags)
            {
                if (name == "http.route")
                {
                    return $"{value}".EndsWith("/acceptance", StringComparison.Ordinal);
                }
            }

            return true;
        }
    }

    [Fact, Alone]
    public async Task One_firms_many_requests_hold_up_neither_another_firm_nor_the_manager()
    {
        var vtf = await FoundWith(10_000, 10_000, 10_000);
        var order = await vtf.Allocate(false, [.. Enumerable.Repeat(("TK-12", 90L), 60)]);
        var (own, other) = ((await vtf.Offers("F1"))[0], (await vtf.Offers("F2"))[0]);
        var answered = 0;
        var flood = Enumerable.Range(0, 100).Select(async i =>
        {
            var answer = await vtf.Take(own, null, i % 2 == 0 ? null : $"flood {i}");
            Interlocked.Increment(ref answered);
            return answer;
        }).ToList();

        var taken = await vtf.Take(other);
        var held = await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Hold);

        Assert.InRange(Volatile.Read(ref answered), 0, 50);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (taken.Status, held.Status));
        Assert.All(await Task.WhenAll(flood), a => Assert.True(a.Status == HttpStatusCode.OK, a.ToString()));
    }

    [Fact]
    public async Task A_firm_answers_all_its_offers_of_an_order_with_one_request()
    {
        var vtf = await FoundWith(10_000, 10_000, 10_000);
        var order = await vtf.Allocate(false, ("TK-12", 90), ("TK-12", 120), ("TK-12", 150));
        var offers = (await vtf.Offers("F1")).OrderBy(o => o.Terms.LineId, StringComparer.Ordinal).ToList();
        var foreign = await vtf.Offers("F2");
        object[] answers =
        [
            new { offerId = offers[0].OfferId },
            new { offerId = offers[1].OfferId, quantity = 30 },
            new { offerId = offers[2].OfferId, reason = "MachineBreakdown", note = "Until May." },
        ];

        // One wrong answer, and none counts; another firm's offer is as unknown as one that doesn't exist.
        var wrong = await Answer([answers[0], new { offerId = offers[1].OfferId, quantity = 35 }]);
        Assert.Equal((HttpStatusCode.Conflict, "LOT_MULTIPLE"), (wrong.Status, wrong.Code));
        var refused = Assert.Single(wrong.Json["answers"]!.AsArray())!;
        Assert.Equal((1, "LOT_MULTIPLE"), (refused["answer"]!.GetValue<int>(), refused["code"]!.GetValue<string>()));
        Assert.Equal(await Errors(foreign[0].OfferId), await Errors(Guid.CreateVersion7()));
        Assert.All(await vtf.Offers("F1"), o => Assert.Equal(OfferState.Proposed, o.State));

        var first = await Answer(answers).Gives<AnswerOffers.Response>();
        Assert.Equal(
            [(OfferState.Accepted, 30L), (OfferState.PartiallyAccepted, 30), (OfferState.Declined, 0)],
            first.Offers.Select(o => (o.State, o.Accepted)));
        var version = (await vtf.Read(order)).Version;
        Assert.Equal(first.Offers, (await Answer(answers).Gives<AnswerOffers.Response>()).Offers);
        Assert.Equal(version, (await vtf.Read(order)).Version);
        Assert.Equal("Until May.", (await vtf.Offers("F1")).Single(o => o.OfferId == offers[2].OfferId).Note);
        Assert.Equal(60, await vtf.Reserved("F1"));
        Assert.All(
            (await vtf.Read(order)).Lines.SelectMany(l => l.Offers).Where(o => o.MemberId == vtf.Firm("F1")),
            o => Assert.Equal(vtf.Worker("F1").Id, o.AnsweredBy));
        await Answer([new { offerId = offers[0].OfferId, reason = "Price" }]).IsRefused("ALREADY_DECIDED");
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await vtf.Post(vtf.Worker("F9"), $"orders/{order.OrderId}/offer-answers", new { answers })).Status);

        async Task<string> Errors(Guid offer) => (await Answer([new { offerId = offer }])).Json["errors"]!.ToJsonString();

        Task<Answer> Answer(object[] given) => vtf.Post(vtf.Worker("F1"), $"orders/{order.OrderId}/offer-answers", new { answers = given });
    }

    [Fact]
    public async Task Many_answers_with_one_request_wait_for_the_screening_like_one()
    {
        var vtf = await FoundWith(10_000, 10_000, 10_000);
        var order = await vtf.Allocate(false, ("TK-12", 90), ("TK-12", 120));
        var offers = await vtf.Offers("F1");
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Hold).Gives<OrderView>();
        var answers = new object[] { new { offerId = offers[0].OfferId }, new { offerId = offers[1].OfferId, reason = "MaterialShortage" } };

        var given = await Answer();

        Assert.All(given, offer => Assert.Equal((OfferState.Proposed, 0, true), (offer.State, offer.Accepted, offer.WaitingSince is not null)));
        Assert.Equal(given, await Answer());
        await vtf.Clear(order);
        Assert.Equal([OfferState.Accepted, OfferState.Declined], (await Answer()).Select(offer => offer.State));

        async Task<IReadOnlyList<AnswerOffers.AnsweredOffer>> Answer() => (await vtf.Post(
            vtf.Worker("F1"), $"orders/{order.OrderId}/offer-answers", new { answers }).Gives<AnswerOffers.Response>()).Offers;
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
