using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Ratings;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Ratings of firms are recorded with evidence, and the weighted score uses them (R-616).</summary>
public abstract class RatingStories(RunningAllocation host) : Story(host)
{
    private static AllocationRule ByScore { get; } = new() { ProductFamily = "chairs", Policy = nameof(WeightedScore), LotSize = 10 };

    [Fact]
    public async Task Shares_follow_the_scores_and_then_what_the_firms_are_owed()
    {
        // Five firms: with fewer, what they are owed counts after 90 days (R-804).
        var vtf = await FoundWith(2000, 2000, 2000, 2000, 2000);
        await vtf.Rule(ByScore);
        await Rate(vtf, "F1", RatingKind.Quality, 60);
        await Rate(vtf, "F1", RatingKind.Quality, 99);
        await Rate(vtf, "F1", RatingKind.Delivery, 60);
        await Rate(vtf, "F3", RatingKind.Quality, 0);
        await Rate(vtf, "F3", RatingKind.Delivery, 0);
        Assert.Equal("F1 80 60 50, F2 50 50 50, F3 0 0 50, F4 50 50 50, F5 50 50 50", await Scores(vtf, vtf.Auditor));

        // 6500, 1500 and 5000 for each of the others, of 23000: F2, F4 and F5, whom nobody has rated, are in the middle.
        var order = await vtf.Allocate(2300);
        Assert.Equal("F1 650, F2 500, F3 150, F4 500, F5 500", await vtf.Offered(order));
        var line = AllocationSnapshot.FromBytes(
            System.Text.Encoding.UTF8.GetBytes(Assert.Single(await vtf.Runs(order)).Snapshot.GetRawText())).Lines.Single();
        Assert.Equal(
            [new(vtf.Firm("F1"), 80, 60, 50, 50), new(vtf.Firm("F2"), 50, 50, 50, 50), new MemberScore(vtf.Firm("F3"), 0, 0, 50, 50)],
            line.Scores!.OrderBy(s => s.MemberId).Take(3));

        // Each was entitled to 460: F1 is ahead by 190 and the unrated ones by 40, F3 is owed 310.
        foreach (var firm in (string[])["F1", "F2", "F3", "F4", "F5"])
        {
            await vtf.Take(firm, order);
        }

        Assert.Equal("F1 80 60 29, F2 50 50 46, F3 0 0 84, F4 50 50 46, F5 50 50 46", await Scores(vtf, vtf.Auditor));
        Assert.Equal(
            "F1 550, F2 430, F3 160, F4 430, F5 430", await vtf.Offered(await vtf.Allocate(2000)));   // 6290, 1840 and 4960 each, of 23010
    }

    [Fact]
    public async Task Of_a_line_about_which_few_firms_were_asked_neither_due_nor_received_counts_yet()
    {
        var vtf = await FoundWith(2000, 2000, 2000);
        await vtf.Rule(ByScore);
        await Rate(vtf, "F1", RatingKind.Quality, 100);
        var order = await vtf.Allocate(900);
        foreach (var firm in (string[])["F1", "F2", "F3"])
        {
            await vtf.Take(firm, order);
        }

        Assert.Equal("F1 100 50 50, F2 50 50 50, F3 50 50 50", await Scores(vtf, vtf.Auditor));
    }

    [Fact]
    public async Task A_firm_sees_only_its_own_scores_and_not_the_price()
    {
        var vtf = await FoundWith(2000, 2000);
        await vtf.Rule(ByScore);
        var own = await Rate(vtf, "F1", RatingKind.Quality, 93).Gives<RatingView>();
        var foreign = await Rate(vtf, "F2", RatingKind.Delivery, 77, evidence: "Eleven days late.").Gives<RatingView>();
        var order = await vtf.Allocate(1000);

        var worker = vtf.Worker("F1");
        Assert.Equal(own, Assert.Single((await vtf.Get(worker, "ratings").Gives<GetRatings.RatingPage>()).Ratings));
        Assert.Equal(
            ("F1 93 50 50", 1, 0),
            (await Scores(vtf, worker), (await All(worker))[0].QualityRatings, (await All(worker))[0].DeliveryRatings));
        Assert.Empty((await vtf.Get(worker, $"ratings?memberId={vtf.Firm("F2")}").Gives<GetRatings.RatingPage>()).Ratings);
        await vtf.Get(worker, $"ratings?before={foreign.RatingId}").IsRefused("INVALID_INPUT", 400);
        foreach (var path in (string[])["ratings", "scores", $"offers/{(await vtf.OfferTo("F1", order)).OfferId}"])
        {
            var answer = await vtf.Get(worker, path);
            foreach (var secret in (string[])[vtf.Firm("F2").ToString(), "77", "late", "price", foreign.RatingId.ToString()])
            {
                // The buyer's price stands in the offer's terms and is no secret.
                Assert.DoesNotMatch($@"(?i)(?<![0-9a-z]){secret}(?![0-9a-z])", answer.Text.Replace("\"price\":{", "", StringComparison.Ordinal));
            }
        }

        var said = Assert.Single((await vtf.OfferTo("F1", order)).Explanation, step => step.Rule == "R-616");
        Assert.Equal([("quality", 93), ("delivery", 50), ("equity", 50)], said.Values.Select(v => (v.Name, v.Value)));

        // Only the manager rates and withdraws; neighbours see nothing.
        await vtf.Post(worker, "ratings", Of(vtf, "F1", RatingKind.Quality, 100)).IsRefused("NOT_ALLOWED", 403);
        await vtf.Post(vtf.Auditor, "ratings", Of(vtf, "F1", RatingKind.Quality, 100)).IsRefused("NOT_ALLOWED", 403);
        await vtf.Post(worker, $"ratings/{own.RatingId}/withdrawal", new { reason = "Unfair." }).IsNotFound();
        await vtf.Post(vtf.Auditor, $"ratings/{own.RatingId}/withdrawal", new { reason = "Unfair." }).IsNotFound();
        await vtf.Get(vtf.Operator, "scores").IsRefused("NOT_ALLOWED", 403);
        var neighbours = await Found("F1");
        Assert.Empty((await neighbours.Get(neighbours.Manager1, "ratings").Gives<GetRatings.RatingPage>()).Ratings);
        Assert.Equal("F1 50 50 50", await Scores(neighbours, neighbours.Manager1));
        await neighbours.Post(neighbours.Manager1, $"ratings/{own.RatingId}/withdrawal", new { reason = "Not ours." }).IsNotFound();
        await neighbours.Post(neighbours.Manager1, "ratings", Of(vtf, "F1", RatingKind.Quality, 100)).IsRefused("INVALID_INPUT", 400);

        Task<IReadOnlyList<GetRatings.ScoreView>> All(Person by) => vtf.Get(by, "scores").Gives<IReadOnlyList<GetRatings.ScoreView>>();
    }

    [Fact]
    public async Task The_price_score_comes_from_opened_prices_and_no_firm_sees_it()
    {
        var vtf = await FoundWith(2000, 2000);
        await vtf.Rule(ByScore with { Policy = nameof(SealedPrice) });
        var asked = await vtf.Ask(("TK-12", 100));
        var invitations = await vtf.Asked(asked);
        await vtf.HandIn(invitations["F1"], 4000).Gives<PriceInvitationView>();
        await vtf.HandIn(invitations["F2"], 5333).Gives<PriceInvitationView>();
        await vtf.RunEnded(asked);
        await vtf.Rule(ByScore);

        var order = await vtf.Allocate(1000);
        var line = AllocationSnapshot.FromBytes(
            System.Text.Encoding.UTF8.GetBytes(Assert.Single(await vtf.Runs(order)).Snapshot.GetRawText())).Lines.Single();
        Assert.Equal([100, 75], line.Scores!.OrderBy(s => s.MemberId).Select(s => s.Price));
        foreach (var firm in (string[])["F1", "F2"])
        {
            var answer = await vtf.Get(vtf.Worker(firm), "scores");
            Assert.DoesNotContain("price", answer.Text, StringComparison.OrdinalIgnoreCase);
            var said = Assert.Single((await vtf.OfferTo(firm, order)).Explanation, step => step.Rule == "R-616");
            Assert.Equal(["quality", "delivery", "equity"], said.Values.Select(v => v.Name));
        }
    }

    [Fact]
    public async Task Invalid_ratings_are_reported_field_by_field_and_a_withdrawn_rating_stays_withdrawn()
    {
        var vtf = await FoundWith(2000, 2000);
        var order = await vtf.Allocate(1000);
        await vtf.Take("F1", order);
        var today = Today();

        var bad = await vtf.Post(vtf.Manager1, "ratings", new
        {
            memberId = Guid.CreateVersion7(), productFamily = "boats", kind = "Quality", score = 101, evidence = " ", on = today.AddDays(2),
            orderId = order.OrderId,
        });
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_INPUT"), (bad.Status, bad.Code));
        Assert.Equal(
            ["evidence", "memberId", "on", "orderId", "productFamily", "score"],
            bad.WrongFields);
        await vtf.Post(vtf.Manager1, "ratings", Of(vtf, "F2", RatingKind.Quality, 80, orderId: order.OrderId)).IsRefused("INVALID_INPUT", 400);
        await Rate(vtf, "F1", RatingKind.Quality, -1).IsRefused("INVALID_INPUT", 400);
        await Rate(vtf, "F1", RatingKind.Quality, 80, evidence: new string('x', 1001)).IsRefused("INVALID_INPUT", 400);
        Assert.Empty((await vtf.Get(vtf.Manager1, "ratings").Gives<GetRatings.RatingPage>()).Ratings);

        var kept = await vtf.Post(vtf.Manager1, "ratings", Of(vtf, "F1", RatingKind.Quality, 100, orderId: order.OrderId)).Gives<RatingView>();
        var wrong = await Rate(vtf, "F1", RatingKind.Quality, 20).Gives<RatingView>();
        Assert.Equal((order.OrderId, today, vtf.Manager1.Id), (kept.OrderId, kept.On, kept.RatedBy));
        Assert.StartsWith("F1 60 50 ", await Scores(vtf, vtf.Worker("F1")), StringComparison.Ordinal);

        await vtf.Post(vtf.Manager2, $"ratings/{wrong.RatingId}/withdrawal", new { reason = "" }).IsRefused("INVALID_INPUT", 400);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(
                i => vtf.Post(vtf.Manager2, $"ratings/{wrong.RatingId}/withdrawal", new { reason = $"The carrier's defect, {i}." })));
        var reason = Assert.Single(answers, a => a.Status == HttpStatusCode.OK).Read<RatingView>().WithdrawReason;
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal("ALREADY_DECIDED", a.Code));
        Assert.StartsWith("F1 100 50 ", await Scores(vtf, vtf.Worker("F1")), StringComparison.Ordinal);
        var onRecord = (await vtf.Get(vtf.Worker("F1"), "ratings").Gives<GetRatings.RatingPage>()).Ratings;
        Assert.Equal([(wrong.RatingId, 20, reason), (kept.RatingId, 100, null)], onRecord.Select(r => (r.RatingId, r.Score, r.WithdrawReason)));

        var page = await vtf.Get(vtf.Auditor, "ratings?limit=1").Gives<GetRatings.RatingPage>();
        Assert.Equal(
            kept.RatingId,
            Assert.Single((await vtf.Get(vtf.Auditor, $"ratings?limit=1&before={page.Before}").Gives<GetRatings.RatingPage>()).Ratings).RatingId);
        await vtf.Get(vtf.Auditor, "ratings?limit=201").IsRefused("INVALID_INPUT", 400);
    }

    [Fact]
    public async Task A_rating_counts_for_twelve_months_from_the_rated_day()
    {
        var vtf = await FoundWith(2000);
        var today = Today();
        await Rate(vtf, "F1", RatingKind.Delivery, 10, on: today.AddMonths(-12));
        await Rate(vtf, "F1", RatingKind.Delivery, 30, on: today.AddMonths(-12).AddDays(1));
        await Rate(vtf, "F1", RatingKind.Delivery, 91);
        Assert.Equal("F1 50 61 50", await Scores(vtf, vtf.Manager1));
        Assert.Equal(2, Assert.Single(await vtf.Get(vtf.Manager1, "scores").Gives<IReadOnlyList<GetRatings.ScoreView>>()).DeliveryRatings);
    }

    [Fact, Alone]
    public async Task Equity_shows_a_firm_nothing_beyond_its_own_account()
    {
        // F3 can make chairs but has no capacity: it isn't asked, and may not know for 90 days that it was due a third of an order.
        var vtf = await FoundWith(1000, 1000);
        await vtf.Join("F3", "chairs");
        await vtf.Rule(ByScore);
        var order = await vtf.Allocate(300);
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);

        Assert.Equal("F1 -50, F2 -50, F3 100", await vtf.Owed());
        // F1 may see that it has received 150 and not yet what it was due: the line doesn't count. The account of F3 is empty.
        Assert.Equal("F1 50 50 50, F2 50 50 50, F3 50 50 50", await Scores(vtf, vtf.Manager1));
        Assert.Equal("F3 50 50 50", await Scores(vtf, vtf.Worker("F3")));

        // By then a new year may have begun, with what it carries over.
        Clock.MoveOn(TimeSpan.FromDays(GetFairness.HiddenDays) + TimeSpan.FromMinutes(1));
        var (one, three) = (await OfOwnAccount("F1"), await OfOwnAccount("F3"));
        Assert.InRange(one, 1, 49);
        Assert.InRange(three, 51, 100);
        Assert.Equal($"F1 50 50 {one}, F2 50 50 {one}, F3 50 50 {three}", await Scores(vtf, vtf.Manager1));

        async Task<int> OfOwnAccount(string firm)
        {
            var year = Today().Year;
            var accounts = new List<AccountYear>();
            foreach (var asked in (int[])[year - 1, year])
            {
                var own = (await vtf.Accounts(vtf.Worker(firm), asked)).SingleOrDefault();
                accounts.Add(new(asked, own?.Carried ?? 0, own?.Entitled ?? 0, own?.Received ?? 0));
            }

            return WeightedScore.EquityOf(accounts[0], accounts[1]);
        }
    }

    private DateOnly Today() => new Consortium(Guid.Empty, "", "") { TimeZone = "Asia/Vientiane" }.Day(Clock.Now());

    private static object Of(
        AllocationService vtf, string firm, RatingKind kind, int score,
        string evidence = "Inspection of today.", DateOnly? on = null, Guid? orderId = null) =>
        new { memberId = vtf.Firm(firm), productFamily = "chairs", kind, score, evidence, on, orderId };

    private static Task<Answer> Rate(
        AllocationService vtf, string firm, RatingKind kind, int score, string evidence = "Inspection of today.", DateOnly? on = null) =>
        vtf.Post(vtf.Manager1, "ratings", Of(vtf, firm, kind, score, evidence, on));

    // Quality, delivery and equity as `F1 90 80 50, F2 50 50 50`.
    private static async Task<string> Scores(AllocationService vtf, Person by) =>
        string.Join(", ", (await vtf.Get(by, "scores").Gives<IReadOnlyList<GetRatings.ScoreView>>())
            .Select(s => $"{vtf.CodeOf(s.MemberId)} {s.Quality} {s.Delivery} {s.Equity}").Order(StringComparer.Ordinal));
}

public sealed class RatingsEmbedded(Embedded host) : RatingStories(host);

public sealed class RatingsDistributed(Distributed host) : RatingStories(host);
