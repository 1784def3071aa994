using System.Security.Cryptography;
using ExportConsortia.Contracts;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Marketing.Tests.Quotations;

public sealed class QuotationTests(MarketingServices marketing)
{
    [Theory, EachShape]
    public async Task From_sealed_prices_to_an_accepted_version_pinned_by_its_hash(Shape shape)
    {
        var service = await marketing.In(shape);
        var sale = await Sale.Of(service);
        var opened = await sale.Open();
        Assert.Equal($"Q-{service.Clock.Now().AddHours(7).Year}-0001", opened["number"]!.GetValue<string>());
        (await sale.Ask(TimeSpan.FromDays(2))).Expect(HttpStatusCode.OK);
        Assert.Equal(1000, (await sale.PriceOf(sale.Firms[0]))["terms"]!["quantity"]!.GetValue<long>());
        (await sale.HandIn(sale.Firms[0], 4100)).Expect(HttpStatusCode.OK);
        (await sale.HandIn(sale.Firms[1], 42_533, 10)).Expect(HttpStatusCode.OK);
        var asking = await sale.Read();
        Assert.Equal("Asking", asking["state"]!.GetValue<string>());
        Assert.DoesNotContain("4100", asking.ToJsonString(), StringComparison.Ordinal);
        (await sale.HandIn(sale.Firms[2], 4999)).Expect(HttpStatusCode.OK);   // all have answered: the prices are open
        Assert.Equal("Priced", (await sale.Read())["state"]!.GetValue<string>());
        foreach (var firm in sale.Firms)
        {
            // Before the deadline it isn't told: who reads it would know that it was the last, or the only one.
            var own = await sale.PriceOf(firm);
            Assert.Equal(("Open", null, null), ($"{own["round"]}", own["openedAt"], own["salt"]));
        }

        // (4100 + 4253.3) / 2 = 4176.65; with 5 % margin 4385.4825; with 4 % commission 4568.2109375
        var first = (await sale.Issue()).Ok;
        var version = first["quotation"]!["versions"]![0]!;
        var line = version["composition"]!["lines"]![0]!;
        Assert.Equal(("83533/20", 4568), (line["base"]!.GetValue<string>(), line["unitPriceMinor"]!.GetValue<long>()));
        Assert.Equal(4_568_000, version["content"]!["totalMinor"]!.GetValue<long>());
        Assert.Empty(version["changes"]!.AsArray());

        var second = (await sale.Issue(marginBp: 300, terms: "Paid within 30 days.")).Ok;
        var changes = second["quotation"]!["versions"]![1]!["changes"]!.AsArray().ToDictionary(c => c!["field"]!.GetValue<string>());
        Assert.Superset(new HashSet<string> { "terms", "totalMinor", "unitPriceMinor" }, changes.Keys.ToHashSet());
        Assert.Equal(("4568", "4481"), ($"{changes["unitPriceMinor"]!["before"]}", $"{changes["unitPriceMinor"]!["after"]}"));

        var (old, token) = ($"{first["link"]!["token"]}", $"{second["link"]!["token"]}");
        Assert.Equal(("Superseded", null), ($"{(await sale.Buyers(old)).Ok["state"]}", (await sale.Buyers(old)).Ok["content"]));
        await sale.Accept(old, $"{version["contentHash"]}").IsRefused("ALREADY_DECIDED");
        var read = (await sale.Buyers(token)).Ok;
        var hash = $"{read["contentHash"]}";
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{read["canonical"]}"))), hash);
        string[] secrets = ["4100", "42533", "Firm ", "margin", "composition"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, read.ToJsonString(), StringComparison.Ordinal));
        await sale.Accept(token, $"{version["contentHash"]}").IsRefused("CONTENT_CHANGED");

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => sale.Accept(token, hash)));
        Assert.All(answers, answer => Assert.Equal("Accepted", $"{answer.Ok["state"]}"));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        await service.UntilPublished<QuotationAccepted>(e => e.QuotationId == sale.Quotation);
        var accepted = Assert.Single(service.Published<QuotationAccepted>(e => e.QuotationId == sale.Quotation));
        Assert.Equal(("Q-", 2, hash), (accepted.QuotationNumber[..2], accepted.Version, accepted.ContentHash));
        Assert.Equal([new QuotedLine("1", "TK-12", "Garden chair", 1000, "C62", 4481)], accepted.Lines);
        await sale.Issue().IsRefused("ALREADY_DECIDED");
        await service.Post(null, $"public/quotations/{token}/refusal", new { reason = "No." }).IsRefused("ALREADY_DECIDED");
    }

    [Theory, EachShape]
    public async Task A_lead_is_quoted_when_a_version_goes_out_and_won_when_the_buyer_accepts(Shape shape)
    {
        var service = await marketing.In(shape);
        var sale = await Sale.Of(service, firms: 1);
        var lead = (await service.Post(sale.Manager, "leads", new
        {
            buyerName = "Vogel Wohnen", source = "Fair", country = "DE", productCodes = new[] { "TK-12" },
            contact = new { name = "Eva Vogel", email = "eva@vogel.example", consent = new { purpose = "Inquiry", textVersion = "1" } },
        })).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        (await service.Post(sale.Manager, $"leads/{lead}/assignment", new { })).Expect(HttpStatusCode.OK);
        Assert.Equal(["leadId"], (await sale.Request(1000, leadId: lead)).ExpectProblem(400, "INVALID_INPUT").WrongFields);   // another buyer's
        await sale.Open(leadId: lead, buyerId: (await LeadAsync(sale.Manager))["buyerId"]!.GetValue<Guid>());
        (await sale.Ask(TimeSpan.FromDays(1))).Expect(HttpStatusCode.OK);
        (await sale.HandIn(sale.Firms[0], 4100)).Expect(HttpStatusCode.OK);
        Assert.Equal("Assigned", $"{(await LeadAsync(sale.Manager))["state"]}");

        var issued = (await sale.Issue(rule: "Cheapest", marginBp: 0, commissionBp: 0)).Ok;

        Assert.Equal(("Quoted", null), ($"{(await LeadAsync(sale.Manager))["state"]}", (await LeadAsync(sale.Manager))["returnAt"]));
        (await service.Post(sale.Firms[0], $"leads/{lead}/outcome", new { outcome = "Lost", reason = "No answer." })).Expect(HttpStatusCode.OK);
        var token = $"{issued["link"]!["token"]}";
        (await sale.Accept(token, $"{(await sale.Buyers(token)).Ok["contentHash"]}")).Expect(HttpStatusCode.OK);
        (await sale.Accept(token, $"{(await sale.Buyers(token)).Ok["contentHash"]}")).Expect(HttpStatusCode.OK);
        var won = await LeadAsync(sale.Manager);
        Assert.Equal(("Won", 4_100_000, "EUR"), ($"{won["state"]}", won["wonMinor"]!.GetValue<long>(), $"{won["wonCurrency"]}"));
        Assert.Single(won["history"]!.AsArray(), entry => $"{entry!["kind"]}" == "Won" && $"{entry["text"]}" == $"{issued["quotation"]!["number"]}");

        // Its firm learns that it was won, not for how much.
        var seen = await LeadAsync(sale.Firms[0]);
        Assert.Equal(("Won", null, null), ($"{seen["state"]}", seen["wonMinor"], seen["wonCurrency"]));
        Assert.DoesNotContain("4100000", (await service.Get(sale.Firms[0], "leads")).Text, StringComparison.Ordinal);

        async Task<System.Text.Json.Nodes.JsonNode> LeadAsync(Person person) => (await service.Get(person, $"leads/{lead}")).Ok;
    }

    [Theory, EachShape]
    public async Task A_claim_on_a_lead_that_is_quoted_from_the_pool_is_closed_with_the_reason(Shape shape)
    {
        var service = await marketing.In(shape);
        var sale = await Sale.Of(service, firms: 1);
        var lead = (await service.Post(
            sale.Manager, "leads", new { buyerName = "Vogel Wohnen", source = "Fair", country = "DE", productCodes = new[] { "TK-12" } }))
            .Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        var today = DateOnly.FromDateTime(service.Clock.Now());
        (await service.Post(
            sale.Firms[0], $"leads/{lead}/claims", new { buyerName = "Vogel", invoiceNumber = "7", invoiceDate = today.AddMonths(-1) }))
            .Expect(HttpStatusCode.Created);
        await sale.Open(leadId: lead, buyerId: (await service.Get(sale.Manager, $"leads/{lead}")).Ok["buyerId"]!.GetValue<Guid>());
        (await sale.Ask(TimeSpan.FromDays(1))).Expect(HttpStatusCode.OK);
        (await sale.HandIn(sale.Firms[0], 4100)).Expect(HttpStatusCode.OK);

        (await sale.Issue(rule: "Cheapest", marginBp: 0, commissionBp: 0)).Expect(HttpStatusCode.OK);

        var claim = Assert.Single((await service.Get(sale.Firms[0], "lead-claims")).Ok.AsArray())!;
        Assert.Equal("Refused", $"{claim["state"]}");
        Assert.StartsWith("The consortium made the buyer a quotation", $"{claim["reason"]}", StringComparison.Ordinal);
    }

    [Theory, EachShape]
    public async Task Nobody_but_the_firm_reads_its_price_before_the_deadline_and_no_firm_anothers_ever(Shape shape)
    {
        var service = await marketing.Fresh(shape);
        var sale = await Sale.Of(service);
        await sale.Open();
        (await sale.Ask(TimeSpan.FromHours(1))).Expect(HttpStatusCode.OK);
        (await sale.HandIn(sale.Firms[0], 777_001)).Expect(HttpStatusCode.OK);
        (await sale.HandIn(sale.Firms[1], 777_002)).Expect(HttpStatusCode.OK);
        var (own, others) = (await sale.PriceOf(sale.Firms[0]), await sale.PriceOf(sale.Firms[1]));
        Assert.Equal(777_001, own["unitPriceMinor"]!.GetValue<long>());

        var seen = await sale.Read();
        var hidden = seen["rounds"]![0]!["prices"]!.AsArray();
        Assert.All(hidden, p => Assert.Equal((null, null, null), (p!["unitPriceMinor"], p["commitment"], p["salt"])));
        Assert.Equal([true, true, false], hidden.Select(p => p!["hasAnswered"]!.GetValue<bool>()).OrderDescending());
        await using (var db = service.Data.Open<MarketingDb>())
        {
            Assert.All(
                await db.QuotationPrices.Where(p => p.QuotationId == sale.Quotation).ToListAsync(TestContext.Current.CancellationToken),
                p => Assert.Equal((null, null), (p.UnitPriceMinor, p.Salt)));
        }

        await service.Get(sale.Firms[0], $"quotation-prices/{others["priceId"]}").IsRefused("NOT_FOUND", 404);
        await service.Put(sale.Firms[0], $"quotation-prices/{others["priceId"]}/price", new { unitPriceMinor = 1 }).IsRefused("NOT_FOUND", 404);
        await service.Get(sale.Firms[0], $"quotations/{sale.Quotation}").IsRefused("NOT_FOUND", 404);
        await service.Get(sale.Manager, $"quotations/{sale.Quotation}/composition").IsRefused("TOO_FEW_PRICES");

        service.Clock.MoveOn(TimeSpan.FromHours(1));
        await service.Put(sale.Firms[0], $"quotation-prices/{own["priceId"]}/price", new { unitPriceMinor = 1 }).IsRefused("SEALED");
        await service.Post(sale.Firms[2], $"quotation-prices/{(await sale.PriceOf(sale.Firms[2]))["priceId"]}/refusal").IsRefused("OFFER_EXPIRED");
        var prices = (await sale.Read())["rounds"]![0]!["prices"]!.AsArray();
        Assert.Equal([777_001L, 777_002L], prices.Select(p => p!["unitPriceMinor"]?.GetValue<long>()).OfType<long>().Order());
        var kept = prices.Single(p => $"{p!["priceId"]}" == $"{own["priceId"]}")!;
        Assert.Equal($"{own["commitment"]}", $"{kept["commitment"]}");
        Assert.Equal(
            $"{kept["commitment"]}",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kept["salt"]}:{kept["priceId"]}:777001"))));
        foreach (var firm in sale.Firms.Skip(1))
        {
            Assert.DoesNotContain("777001", (await service.Get(firm, "quotation-prices")).Text, StringComparison.Ordinal);
        }
    }

    [Theory, EachShape]
    public async Task A_late_answer_changes_nothing_and_a_new_link_ends_the_former(Shape shape)
    {
        var service = await marketing.Fresh(shape);
        var sale = await Sale.Of(service, firms: 1);
        await sale.Open();
        (await sale.Ask(TimeSpan.FromHours(1))).Expect(HttpStatusCode.OK);
        Assert.Null((await sale.PriceOf(sale.Firms[0]))["terms"]!["quantity"]);   // fewer than three firms: its size isn't told
        (await sale.HandIn(sale.Firms[0], 4100)).Expect(HttpStatusCode.OK);
        var issued = (await sale.Issue(service.Clock.Now().AddDays(2), "Cheapest", marginBp: 0, commissionBp: 0)).Ok;
        var lost = $"{issued["link"]!["token"]}";
        var token = $"{(await service.Post(sale.Manager, $"quotations/{sale.Quotation}/links")).Ok["token"]}";
        await sale.Buyers(lost).IsRefused("NOT_FOUND", 404);
        var hash = $"{(await sale.Buyers(token)).Ok["contentHash"]}";

        service.Clock.MoveOn(TimeSpan.FromDays(2));
        await sale.Accept(token, hash).IsRefused("OFFER_EXPIRED");
        Assert.Equal(("Expired", null), ($"{(await sale.Buyers(token)).Ok["state"]}", (await sale.Buyers(token)).Ok["content"]));
        Assert.Equal("Expired", $"{(await sale.Read())["state"]}");
        Assert.Empty(service.Published<QuotationAccepted>(e => e.QuotationId == sale.Quotation));
    }

    [Theory, EachShape]
    public async Task Nobody_throws_opened_prices_away_alone(Shape shape)
    {
        var service = await marketing.In(shape);
        var sale = await Sale.Of(service, firms: 1);
        await sale.Open();
        (await sale.Ask(TimeSpan.FromDays(1))).Expect(HttpStatusCode.OK);
        (await sale.HandIn(sale.Firms[0], 4100)).Expect(HttpStatusCode.OK);   // all have answered: the prices are open
        Assert.Equal(["reason"], (await sale.Ask(TimeSpan.FromDays(1))).ExpectProblem(400, "INVALID_INPUT").WrongFields);
        var auditor = new Person(Guid.CreateVersion7(), Role.Auditor, sale.Consortium);
        var first = await Proposed();
        (await service.Post(auditor, $"{first}/refusal", new { reason = "The price is good." })).Expect(HttpStatusCode.OK);
        Assert.Null((await sale.Read())["proposal"]);
        await sale.Approve(auditor, first).IsNotFound();

        // Neither its author, nor an account that the author made, nor one behind which the same account stands.
        var second = await Proposed();
        var maker = Guid.CreateVersion7();
        await sale.Approve(sale.Manager, second).IsRefused("SECOND_APPROVER_REQUIRED");
        await sale.Approve(auditor with { Controllers = [maker, sale.Manager.Id] }, second).IsRefused("SECOND_APPROVER_REQUIRED");
        await sale.Approve(sale.Firms[0], second).IsNotFound();
        Assert.Equal("Priced", $"{(await sale.Read())["state"]}");
        var asked = (await sale.Approve(auditor with { Controllers = [maker] }, second)).Ok;
        Assert.Equal(
            ("Asking", $"{sale.Manager.Id}", $"{auditor.Id}", "The drawing was wrong.", null),
            ($"{asked["state"]}", $"{asked["rounds"]![1]!["askedBy"]}", $"{asked["rounds"]![1]!["approvedBy"]}", $"{asked["rounds"]![1]!["reason"]}",
                asked["proposal"]));
        await sale.Approve(auditor, second).IsRefused("ALREADY_DECIDED");

        var traces = (await service.Get(auditor, "traces")).Ok["traces"]!.AsArray().Where(trace => $"{trace!["aboutId"]}" == $"{sale.Quotation}");
        Assert.Equal(
            ["NEW_PRICES_APPROVED", "NEW_PRICES_PROPOSED", "NEW_PRICES_PROPOSED", "NEW_PRICES_REFUSED", "PRICES_ASKED", "QUOTATION_OPENED"],
            traces.Select(trace => $"{trace!["what"]}").Order(StringComparer.Ordinal));

        async Task<string> Proposed()
        {
            var proposed = (await sale.Ask(TimeSpan.FromDays(1), "The drawing was wrong.")).Ok;
            Assert.Equal("Priced", $"{proposed["state"]}");
            return $"quotations/{sale.Quotation}/price-rounds/{proposed["proposal"]!["roundId"]}";
        }
    }

    /// <summary>The second person read ten chairs and approved; by then it was a thousand.</summary>
    [Theory, EachShape]
    public async Task Who_approves_that_prices_are_asked_again_approves_the_lines_that_were_read(Shape shape)
    {
        var service = await marketing.In(shape);
        var sale = await Sale.Of(service, firms: 1);
        var auditor = new Person(Guid.CreateVersion7(), Role.Auditor, sale.Consortium);
        await sale.Open();
        (await sale.Ask(TimeSpan.FromDays(1))).Expect(HttpStatusCode.OK);
        (await sale.HandIn(sale.Firms[0], 4100)).Expect(HttpStatusCode.OK);
        var read = (await sale.Ask(TimeSpan.FromDays(1), "The drawing was wrong.")).Ok;
        var round = $"quotations/{sale.Quotation}/price-rounds/{read["proposal"]!["roundId"]}";
        var terms = new { lines = new[] { new { product = "TK-12", quantity = 10 } } };

        var changed = (await service.Put(sale.Manager, $"quotations/{sale.Quotation}/terms", terms, $"\"{read["version"]}\"")).Ok;

        Assert.Null(changed["proposal"]);
        await sale.Approve(auditor, round).IsNotFound();
        var again = (await sale.Ask(TimeSpan.FromDays(1), "The drawing was wrong.")).Ok;
        round = $"quotations/{sale.Quotation}/price-rounds/{again["proposal"]!["roundId"]}";
        await service.Post(auditor, $"{round}/approval").IsRefused("IF_MATCH_REQUIRED", 428);
        await sale.Approve(auditor, round, $"\"{read["version"]}\"").IsRefused("STALE_VERSION", 412);
        (await sale.Approve(auditor, round, $"\"{again["version"]}\"")).Expect(HttpStatusCode.OK);
    }

    /// <summary>The manager read the opened prices, opened another quotation for the same buyer, and a friend was cheaper there.</summary>
    [Theory, EachShape]
    public async Task Another_quotation_for_the_same_buyer_is_no_way_to_ask_again_alone(Shape shape)
    {
        var service = await marketing.In(shape);
        var sale = await Sale.Of(service);
        var (rival, friend) = (sale.Firms[0], sale.Firms[1]);
        await sale.Open();
        Assert.Equal(["reason"], (await sale.Ask(TimeSpan.FromDays(1), null, rival)).ExpectProblem(400, "INVALID_INPUT").WrongFields);
        var first = (await sale.Ask(TimeSpan.FromDays(1), "The others are on leave.", rival)).Ok;
        Assert.Equal("The others are on leave.", $"{first["rounds"]![0]!["reason"]}");

        // While the rival is asked, and once its price is open.
        foreach (var isOpen in (bool[])[false, true])
        {
            await sale.Open();
            Assert.Equal(["reason"], (await sale.Ask(TimeSpan.FromDays(2))).ExpectProblem(400, "INVALID_INPUT").WrongFields);
            var proposed = (await sale.Ask(TimeSpan.FromDays(2), "The drawing was wrong.")).Ok;
            Assert.Equal(("Draft", "The drawing was wrong."), ($"{proposed["state"]}", $"{proposed["proposal"]!["reason"]}"));
            Assert.Empty((await service.Get(friend, "quotation-prices")).Ok["prices"]!.AsArray());
            if (!isOpen)
            {
                (await sale.HandIn(rival, 4100)).Expect(HttpStatusCode.OK);
            }
            else
            {
                var auditor = new Person(Guid.CreateVersion7(), Role.Auditor, sale.Consortium);
                var at = $"quotations/{sale.Quotation}/price-rounds/{proposed["proposal"]!["roundId"]}";
                await sale.Approve(sale.Manager, at).IsRefused("SECOND_APPROVER_REQUIRED");
                (await sale.Approve(auditor, at)).Expect(HttpStatusCode.OK);
                Assert.Single((await service.Get(friend, "quotation-prices")).Ok["prices"]!.AsArray());
            }
        }
    }

    /// <summary>The manager accepted through the buyer's link, or merged the buyer twice, and the prices counted as unknown.</summary>
    [Theory, EachShape]
    public async Task Neither_an_order_nor_merges_make_read_prices_unknown(Shape shape)
    {
        var service = await marketing.In(shape);
        var sale = await Sale.Of(service, firms: 1);
        await sale.Open();
        (await sale.Ask(TimeSpan.FromDays(1))).Expect(HttpStatusCode.OK);
        (await sale.HandIn(sale.Firms[0], 4100)).Expect(HttpStatusCode.OK);
        var token = $"{(await sale.Issue(rule: "Cheapest")).Ok["link"]!["token"]}";
        (await sale.Accept(token, $"{(await sale.Buyers(token)).Ok["contentHash"]}")).Expect(HttpStatusCode.OK);
        var buyer = sale.Buyer;
        foreach (var name in (string[])["Vogel", "Hansen"])
        {
            var into = (await service.Post(sale.Manager, "buyers", new { name, country = "DE" })).Ok["id"]!.GetValue<Guid>();
            (await service.Post(sale.Manager, $"buyers/{into}/merges", new { buyerId = buyer })).Expect(HttpStatusCode.Created);
            buyer = into;
        }

        foreach (var same in (Guid[])[sale.Buyer, buyer])
        {
            await sale.Open(buyerId: same);

            Assert.Equal(["reason"], (await sale.Ask(TimeSpan.FromDays(1))).ExpectProblem(400, "INVALID_INPUT").WrongFields);
            Assert.Equal("Draft", $"{(await sale.Ask(TimeSpan.FromDays(1), "The next order.")).Ok["state"]}");
        }
    }

    /// <summary>One manager took the home market off the list, quoted there, and put it back: no record had it.</summary>
    [Theory, EachShape]
    public async Task Nobody_lifts_the_wall_around_the_home_market_alone_or_unseen(Shape shape)
    {
        var service = await marketing.In(shape);
        var sale = await Sale.Of(service, firms: 0, country: "LA");
        var auditor = new Person(Guid.CreateVersion7(), Role.Auditor, sale.Consortium);
        Assert.Equal(["reason"], (await State("\"1\"", null, "VN")).ExpectProblem(400, "INVALID_INPUT").WrongFields);
        Assert.Equal("LA, VN", CountriesOf((await State("\"1\"", "A member there.", "LA", "VN")).Ok));
        var proposed = (await State("\"2\"", "No member is at home there.", "VN")).Ok;
        Assert.Equal("LA, VN", CountriesOf(proposed));
        await sale.Request(10).IsRefused("HOME_MARKET");

        await Approve(sale.Manager, "\"3\"").IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(auditor with { Controllers = [sale.Manager.Id] }, "\"3\"").IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(auditor, "\"2\"").IsRefused("STALE_VERSION", 412);
        (await service.Post(auditor, "home-market/refusal", new { reason = "They are." })).Expect(HttpStatusCode.OK);
        await Approve(auditor, "\"4\"").IsRefused("ALREADY_DECIDED");
        await State("\"4\"", "The last member there left.", "VN");
        var approved = (await Approve(auditor, "\"5\"")).Ok;

        Assert.Equal("VN", CountriesOf(approved));
        var last = approved["statements"]!.AsArray()[^1]!;
        Assert.Equal(
            (3, $"{sale.Manager.Id}", $"{auditor.Id}", "The last member there left."),
            (approved["statements"]!.AsArray().Count, $"{last["by"]}", $"{last["approvedBy"]}", $"{last["reason"]}"));
        (await sale.Request(10)).Expect(HttpStatusCode.Created);
        Assert.Equal(
            ["APPROVED", "PROPOSED", "PROPOSED", "REFUSED", "STATED", "STATED"],
            (await service.Get(auditor, "traces")).Ok["traces"]!.AsArray().Select(trace => $"{trace!["what"]}")
                .Where(what => what.StartsWith("HOME_MARKET_", StringComparison.Ordinal)).Select(what => what[12..]).Order(StringComparer.Ordinal));

        Task<Answer> State(string tag, string? reason, params string[] countries) =>
            service.Put(sale.Manager, "home-market", new { countries, reason }, tag);

        Task<Answer> Approve(Person by, string tag) => service.Send(by, HttpMethod.Post, "home-market/approval", null, ("If-Match", tag));

        static string CountriesOf(System.Text.Json.Nodes.JsonNode market) =>
            string.Join(", ", market["countries"]!.AsArray().Select(country => $"{country}"));
    }

    /// <summary>After 500 statements of the same nobody could state that a new member's country is home.</summary>
    [Theory, EachShape]
    public async Task However_often_the_home_market_is_stated_a_country_can_join(Shape shape)
    {
        var service = await marketing.In(shape);
        var sale = await Sale.Of(service, firms: 0);
        Assert.Equal(1, Version((await State(1, "LA")).Ok));   // the same
        await using (var db = service.Data.Open<MarketingDb>())
        {
            var market = await db.HomeMarkets.SingleAsync(m => m.ConsortiumId == sale.Consortium);
            for (var i = 0; i < 500; i++)
            {
                market.State(new(["LA"], service.Clock.Now(), sale.Manager.Id, "Again."));
            }

            await db.SaveChangesAsync();
        }

        var joined = (await State(501, "LA", "VN")).Ok;

        var statements = joined["statements"]!.AsArray();
        Assert.Equal((502, 500, 2), (Version(joined), statements.Count, statements[^1]!["countries"]!.AsArray().Count));

        Task<Answer> State(int version, params string[] countries) =>
            service.Put(sale.Manager, "home-market", new { countries, reason = "A new member." }, $"\"{version}\"");

        static long Version(System.Text.Json.Nodes.JsonNode market) => market["version"]!.GetValue<long>();
    }

    [Theory, EachShape]
    public async Task With_a_wrong_secret_prices_stay_sealed_and_quotations_can_be_read(Shape shape)
    {
        var service = await marketing.Fresh(shape);
        var sale = await Sale.Of(service, firms: 2);
        await sale.Open();
        (await sale.Ask(TimeSpan.FromHours(1))).Expect(HttpStatusCode.OK);
        (await sale.HandIn(sale.Firms[0], 4100)).Expect(HttpStatusCode.OK);
        await using (var db = service.Data.Open<MarketingDb>())
        {
            await db.QuotationPrices.Where(p => p.QuotationId == sale.Quotation && p.Commitment != null)
                .ExecuteUpdateAsync(set => set.SetProperty(p => p.Box, new byte[100]));   // as another secret would have sealed it
        }

        service.Clock.MoveOn(TimeSpan.FromHours(2));

        Assert.Single((await service.Get(sale.Manager, "quotations")).Ok["quotations"]!.AsArray());
        Assert.DoesNotContain("4100", (await sale.Read()).ToJsonString(), StringComparison.Ordinal);
        var own = await sale.PriceOf(sale.Firms[0]);
        Assert.Equal(("HandedIn", null), ($"{own["answer"]}", own["unitPriceMinor"]));
        Assert.Null(own["openedAt"]);
    }

    [Theory, EachShape]
    public async Task Nothing_is_quoted_in_the_home_market_and_numbers_have_no_gaps(Shape shape)
    {
        var service = await marketing.In(shape);
        await (await Sale.Of(service, firms: 0, country: "LA")).Request(10).IsRefused("HOME_MARKET");
        var sale = await Sale.Of(service, firms: 0);
        (await sale.Request(0)).ExpectProblem(400, "INVALID_INPUT");

        var numbers = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => sale.Request(10)))).Select(a => $"{a.Ok["number"]}"[^4..]).Order();

        Assert.Equal(Enumerable.Range(1, 8).Select(n => $"{n:0000}"), numbers);
    }
}
