using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Leads;
using ExportConsortia.Marketing.Tests.Buyers;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Marketing.Tests.Leads;

public sealed class LeadTests(MarketingServices services)
{
    [Theory, EachShape]
    public async Task The_same_interest_at_the_same_moment_is_one_lead(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        string[] typed = ["Nordhaus Möbel GmbH", "Nordhaus Moebel"];

        var ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => desk.Capture(typed[i % 2])));

        var lead = (await service.Get(desk.Manager, $"leads/{Assert.Single(ids.Distinct())}")).Ok;
        Assert.Equal(10, lead["history"]!.AsArray().Count(e => e!["kind"]!.GetValue<string>() == "Captured"));
        Assert.NotEqual(ids[0], await desk.Capture("Nordhaus Möbel", product: "TB-03"));
        Assert.NotEqual(ids[0], await desk.Capture("Nordhaus Möbel", source: "Mission"));
    }

    /// <summary>Scenario A4.</summary>
    [Theory, EachShape]
    public async Task Captured_twice_at_the_stand_it_is_one_lead_which_a_former_customers_old_invoice_does_not_protect(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var lead = await desk.Capture("Nordhaus Möbel GmbH");
        var buyer = (await service.Get(desk.Manager, $"leads/{lead}")).Ok["buyerId"]!.GetValue<Guid>();
        Assert.Equal(lead, await desk.Capture("Nordhaus Moebel"));
        Assert.Equal(buyer, (await service.Get(desk.Manager, $"leads/{lead}")).Ok["buyerId"]!.GetValue<Guid>());
        Assert.Equal(1, (await service.Get(desk.Manager, "leads/counts")).Ok["pool"]!.GetValue<int>());

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(service.Clock.GetUtcNow(), "Asia/Vientiane").DateTime);
        await service.Post(
            desk["F3"], $"leads/{lead}/claims", new { buyerName = "Nordhaus", invoiceNumber = "2023-17", invoiceDate = today.AddMonths(-41) })
            .IsRefused("INVOICE_TOO_OLD");
        Assert.Empty((await service.Get(desk.Manager, "lead-claims")).Ok.AsArray());

        foreach (var firm in (string[])["F1", "F2", "F3", "F4"])
        {
            var pool = await service.Get(desk[firm], "leads/pool");
            var line = Assert.Single(pool.Ok.AsArray())!;
            Assert.Equal(["ageDays", "country", "families", "id"], line.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal));
            Assert.Equal(("chairs", "DE"), ($"{Assert.Single(line["families"]!.AsArray())}", $"{line["country"]}"));
            await service.Get(desk[firm], $"leads/{lead}").IsNotFound();
        }

        var owner = await desk.Assign(lead);
        Assert.Equal("Rotation", $"{(await service.Get(desk.Manager, $"leads/{lead}")).Ok["decisions"]![0]!["rule"]}");
        Assert.NotEmpty((await service.Get(desk.FirmOf(owner), $"leads/{lead}")).Ok["contacts"]!.AsArray());
    }

    [Fact]
    public void Nobody_pushes_out_of_the_history_what_was_decided()
    {
        var (now, firm) = (new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc), Guid.CreateVersion7());
        var lead = new Lead
        {
            Id = Guid.CreateVersion7(), ConsortiumId = Guid.CreateVersion7(), BuyerId = Guid.CreateVersion7(), Source = "Fair", ArrivedAt = now,
        };
        lead.Assign(firm, now, now, now);
        lead.Return(now, "The firm asked for it.", now);
        lead.Assign(firm, now, now, now);

        for (var i = 0; i < 400; i++)
        {
            lead.Work(LeadState.Contacted, $"{i}", now);
        }

        Assert.Equal(
            [LeadNoteKind.Assigned, LeadNoteKind.Returned, LeadNoteKind.Assigned],
            lead.Notes.Select(n => n.Kind).Where(kind => kind != LeadNoteKind.Contacted));
        Assert.Equal((300, "399"), (lead.Notes.Count, lead.Notes[^1].Text));
    }

    [Theory, EachShape]
    public async Task A_firms_find_tells_it_nothing_that_the_register_knows(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        await desk.Capture("Nordhaus Möbel GmbH");   // in Germany, as the register knows from now on
        var contact = new { name = "Anna Braun", email = "anna@nordhaus.example", consent = new { purpose = "Campaigns", textVersion = "1" } };
        Assert.Equal(
            ["contact.consent.purpose"],
            (await service.Post(desk["F4"], "leads", new { buyerName = "Nordhaus", contact })).ExpectProblem(400, "INVALID_INPUT").WrongFields);

        var found = (await service.Post(desk["F4"], "leads", new { buyerName = "Nordhaus Moebel", productCodes = new[] { "TB-03" } }))
            .Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();

        var line = (await service.Get(desk["F4"], "leads/pool")).Ok.AsArray().Single(l => l!["id"]!.GetValue<Guid>() == found)!;
        Assert.Null(line["country"]);
        Assert.Equal("Nordhaus Möbel GmbH", $"{(await service.Get(desk.Manager, $"leads/{found}")).Ok["buyerName"]}");
    }

    /// <summary>A firm typed a known address, got the lead, and read the telephone number that a rival or the manager had brought.</summary>
    [Theory, EachShape]
    public async Task Whoever_has_a_lead_reads_of_a_person_what_its_own_people_and_the_manager_wrote(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        foreach (var (by, name, phone) in new[] { (desk["F1"], "Rival's", "111"), (desk.Manager, "Manager's", "222"), (desk["F4"], "Own", "333") })
        {
            await Find(by, name, phone);
        }

        var own = await Find(desk["F4"], "Again", "444");
        Assert.Equal(["Own 333"], await Read(own, "F4"));

        // At the fair: what the manager noted of the same lead is everybody's who gets it; what only a rival noted is told if there is nobody else.
        foreach (var (address, captures, expected) in new (string, (string, string)[], string[])[]
        {
            ("bert@hansen.example", [("F1", "111"), ("Manager", "222"), ("F4", "333")], ["Manager 222"]),
            ("carl@vogel.example", [("F1", "111"), ("F4", "333")], ["F4 333"]),
            ("dora@dupre.example", [("F1", "111")], ["F1 111"]),
        })
        {
            foreach (var (by, phone) in captures)
            {
                await Met(by == "Manager" ? desk.Manager : desk[by], address, by, phone);
            }

            Assert.Equal(expected, await Read(await LeadOf(address.Split('@')[1]), "F4"));
        }

        await Met(desk["F1"], "emma@sundby.example", "F1", "111");
        await Met(desk["F4"], "frits@sundby.example", "F4", "333");
        Assert.Equal(["F4 333"], await Read(await LeadOf("sundby.example"), "F4"));

        async Task<Guid> Find(Person by, string name, string phone) => (await service.Post(by, "leads", new
        {
            buyerName = "Nordhaus", productCodes = new[] { "TB-03" }, contact = new { name, email = "anna@nordhaus.example", phone },
        })).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();

        async Task<Guid> LeadOf(string buyer) => (await service.Get(desk.Manager, "leads")).Ok["leads"]!.AsArray()
            .Single(lead => $"{lead!["buyerName"]}" == buyer)!["id"]!.GetValue<Guid>();

        Task Met(Person by, string email, string name, string phone) => service.Deliver(new FairLeadCaptured(
            desk.Id, desk.Id, Guid.CreateVersion7(), by.Member, by.Id, email.Split('@')[1], null, "DE",
            new(name, null, email, phone, "de", "2027-01", service.Clock.Now()), ["TB-03"], null, service.Clock.Now(), service.Clock.Now()));

        async Task<IEnumerable<string>> Read(Guid lead, string firm)
        {
            Assert.Equal(desk[firm].Member, await desk.Assign(lead));
            return (await service.Get(desk[firm], $"leads/{lead}")).Ok["contacts"]!.AsArray().Select(c => $"{c!["name"]} {c["phone"]}");
        }
    }

    [Theory, EachShape]
    public async Task Firms_see_what_is_asked_for_and_not_by_whom_until_it_is_theirs(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var lead = await desk.Capture("Nordhaus Möbel GmbH", 100);
        var pool = await service.Get(desk["F1"], "leads/pool");
        Assert.Equal(("chairs", "DE", 0), (
            pool.Ok[0]!["families"]![0]!.GetValue<string>(), pool.Ok[0]!["country"]!.GetValue<string>(), pool.Ok[0]!["ageDays"]!.GetValue<int>()));
        Assert.DoesNotContain("nordhaus", pool.Text, StringComparison.OrdinalIgnoreCase);
        await service.Get(desk["F1"], $"leads/{lead}").IsNotFound();

        var member = await desk.Assign(lead);

        Assert.Equal(member, (await service.UntilPublished<LeadAssigned>(m => m.LeadId == lead)).MemberId);
        var seen = (await service.Get(desk.FirmOf(member), $"leads/{lead}")).Ok;
        Assert.Equal(("Nordhaus Möbel GmbH", "Anna Braun"), (seen["buyerName"]!.GetValue<string>(),
            seen["contacts"]![0]!["name"]!.GetValue<string>()));
        Assert.Equal(member, Assert.Single(seen["decisions"]![0]!["considered"]!.AsArray())!["memberId"]!.GetValue<Guid>());
        foreach (var other in (string[])["F1", "F2", "F3", "F4"])
        {
            if (desk[other].Member != member)
            {
                await service.Get(desk[other], $"leads/{lead}").IsNotFound();
                await service.Post(desk[other], $"leads/{lead}/contact", new { }).IsNotFound();
                Assert.Empty((await service.Get(desk[other], "leads")).Ok["leads"]!.AsArray());
                await service.Get(desk[other], $"buyers/{seen["buyerId"]}").IsNotFound();
            }
        }

        Assert.Equal(4, (await service.Get(desk.Manager, $"leads/{lead}")).Ok["decisions"]![0]!["considered"]!.AsArray().Count);
        await service.Post(desk.Manager, $"leads/{lead}/assignment", new { }).IsRefused("ALREADY_DECIDED");
    }

    [Theory, EachShape]
    public async Task A_firm_keeps_its_own_customer_if_it_proves_it(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var lead = await desk.Capture("Nordhaus Möbel GmbH");
        var arrived = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(service.Clock.GetUtcNow(), "Asia/Vientiane").DateTime);
        Task<Answer> Claim(string firm, DateOnly? on) => service.Post(
            desk[firm], $"leads/{lead}/claims", new { buyerName = "Nordhaus", invoiceNumber = on is null ? null : "7", invoiceDate = on });
        await Claim("F3", arrived.AddMonths(-41)).IsRefused("INVOICE_TOO_OLD");
        await Claim("F3", arrived.AddMonths(-36).AddDays(-1)).IsRefused("INVOICE_TOO_OLD");
        await Claim("F3", arrived.AddDays(1)).IsRefused("INVOICE_TOO_NEW");
        (await service.Post(desk["F3"], "prior-customers", new { name = "Nordhaus" })).Expect(HttpStatusCode.Created);
        await Claim("F3", null).IsRefused("NOT_REGISTERED");
        var claim = (await Claim("F3", arrived.AddMonths(-36))).Expect(HttpStatusCode.Created)["id"];
        await Claim("F3", arrived).IsRefused("ALREADY_CLAIMED");
        (await Claim("F2", arrived)).Expect(HttpStatusCode.Created);   // it doesn't learn of the other's
        await service.Post(desk.Manager, $"leads/{lead}/assignment", new { }).IsRefused("CLAIM_OPEN");
        foreach (var one in (await service.Get(desk.Manager, "lead-claims")).Ok.AsArray())
        {
            var confirmed = one!["id"]!.GetValue<Guid>() == claim!.GetValue<Guid>();
            (await service.Post(desk.Manager, $"lead-claims/{one["id"]}/decision",
                new { confirmed, reason = "Another firm." })).Expect(HttpStatusCode.OK);
        }

        Assert.Equal(desk["F3"].Member, await desk.Assign(lead));
        Assert.Equal("Protection", (await service.Get(desk.Manager, $"leads/{lead}")).Ok["decisions"]![0]!["rule"]!.GetValue<string>());
        Assert.Single((await service.Get(desk["F2"], "lead-claims")).Ok.AsArray());
    }

    [Theory, EachShape]
    public async Task Twenty_leads_at_once_are_twenty_decisions_of_even_value(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var random = new Random(7);
        var values = Enumerable.Range(0, 20).Select(_ => (long)random.Next(1_000, 90_000)).ToList();
        foreach (var (i, value) in values.Index())
        {
            await desk.Capture($"Importer {100 + i}", value);
        }

        var table = await desk.Capture("Tischler", 500, "TB-03");
        var none = await desk.Capture("Both", 500);
        var etag = (await service.Get(desk.Manager, $"leads/{none}")).ETag;
        var both = new { productCodes = new[] { "TK-12", "TB-03" }, valueMinor = 500, reason = "It asks for both." };
        (await service.Put(desk.Manager, $"leads/{none}", both, etag)).Expect(HttpStatusCode.OK);
        var answer = (await service.Post(desk.Manager, "leads/assignments", new { })).Ok;

        var decided = answer["assigned"]!.AsArray().Select(d => (
            Lead: d!["leadId"]!.GetValue<Guid>(), Firm: d["memberId"]!.GetValue<Guid>(), Value: d["valueMinor"]!.GetValue<long>())).ToList();
        Assert.Equal(21, decided.Select(d => d.Lead).Distinct().Count());
        Assert.Equal(desk["F4"].Member, decided.Single(d => d.Lead == table).Firm);
        Assert.Equal((none, "NO_CAPABLE_FIRM"), (
            answer["left"]![0]!["leadId"]!.GetValue<Guid>(), Assert.Single(answer["left"]!.AsArray())!["code"]!.GetValue<string>()));
        var totals = decided.Where(d => d.Lead != table).GroupBy(d => d.Firm).Select(g => g.Sum(d => d.Value)).ToList();
        Assert.Equal(3, totals.Count);
        Assert.True(totals.Max() - totals.Min() <= 30, $"{string.Join(", ", totals)} of {values.Sum()}");
        // The next one goes to whoever has least.
        var next = await desk.Assign(await desk.Capture("One more", 10));
        Assert.Equal(totals.Min(), decided.Where(d => d.Firm == next).Sum(d => d.Value));
    }

    [Theory, EachShape]
    public async Task A_lead_that_nobody_works_on_goes_back_after_ten_working_days(Shape shape)
    {
        var service = await services.Fresh(shape);
        service.Clock.StandAt(new DateTime(2032, 3, 1, 3, 0, 0, DateTimeKind.Utc));   // a Monday
        var desk = await Desk.OpenAsync(service);
        (await service.Put(desk.Manager, "working-days", new { weekend = (string[])["Saturday", "Sunday"], holidays = (string[])["2032-03-08"] },
            "\"0\""))
            .Expect(HttpStatusCode.OK);
        var (left, worked) = (await desk.Capture("Nordhaus", 10), await desk.Capture("Vogel", 20));
        Assert.Equal(new DateTime(2032, 3, 3, 17, 0, 0, DateTimeKind.Utc), Time(await service.Get(desk.Manager, $"leads/{left}"), "dueAt"));
        var (first, second) = (await desk.Assign(left), await desk.Assign(worked));
        Assert.NotEqual(first, second);
        // Ten working days after the first of March, without the eighth: the sixteenth ends at 17:00 UTC.
        Assert.Equal(new DateTime(2032, 3, 9, 17, 0, 0, DateTimeKind.Utc), Time(await service.Get(desk.Manager, $"leads/{left}"), "dueAt"));
        Assert.Equal(new DateTime(2032, 3, 16, 17, 0, 0, DateTimeKind.Utc), Time(await service.Get(desk.Manager, $"leads/{left}"), "returnAt"));
        (await service.Post(desk.FirmOf(second), $"leads/{worked}/contact", new { note = "Telephoned." })).Expect(HttpStatusCode.OK);
        service.Clock.StandAt(new DateTime(2032, 3, 10, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(1, (await service.Get(desk.Manager, "leads/counts")).Ok["assignedOverdue"]!.GetValue<int>());

        service.Clock.StandAt(new DateTime(2032, 3, 16, 17, 0, 0, DateTimeKind.Utc));

        await service.Post(desk.FirmOf(first), $"leads/{left}/contact", new { }).IsNotFound();
        await Eventually.Holds("it is back in the pool", async () =>
            (await service.Get(desk.Manager, $"leads/{left}")).Ok["state"]!.GetValue<string>() == "Pool");
        Assert.Equal("Contacted", (await service.Get(desk.Manager, $"leads/{worked}")).Ok["state"]!.GetValue<string>());
        (await service.Post(desk.FirmOf(second), $"leads/{worked}/outcome", new { outcome = "Won", valueMinor = 5 })).Expect(HttpStatusCode.OK);
        await service.Post(desk.FirmOf(second), $"leads/{worked}/outcome", new { outcome = "Lost", reason = "Price" }).IsRefused("LEAD_CLOSED");
        var own = (await service.Get(desk.FirmOf(second), "leads")).Ok;
        Assert.Equal(("USD", "USD", 5), (
            own["currency"]!.GetValue<string>(), own["leads"]![0]!["currency"]!.GetValue<string>(), own["leads"]![0]!["wonMinor"]!.GetValue<long>()));

        static DateTime Time(Answer lead, string field) => lead.Ok[field]!.GetValue<DateTime>();
    }

    [Theory, EachShape]
    public async Task A_lead_that_cannot_be_taken_back_holds_up_no_other(Shape shape)
    {
        var service = await services.Fresh(shape);
        service.Clock.StandAt(new DateTime(2032, 3, 1, 3, 0, 0, DateTimeKind.Utc));
        var desk = await Desk.OpenAsync(service);
        var (broken, sound) = (await desk.Capture("Nordhaus"), await desk.Capture("Vogel"));
        await desk.Assign(broken);
        await desk.Assign(sound);
        await using (var db = service.Data.Open<MarketingDb>())
        {
            var lead = await db.Leads.FindAsync(broken);
            lead!.ReturnAt = lead.ReturnAt!.Value.AddHours(-1);   // its turn comes first
            await db.SaveChangesAsync();
            await db.Database.ExecuteSqlAsync($"""UPDATE "Leads" SET "Notes" = 'broken' WHERE "Id" = {broken}""");
        }

        service.Clock.StandAt(new DateTime(2032, 3, 20, 0, 0, 0, DateTimeKind.Utc));

        await Eventually.Holds("the other is back in the pool", async () =>
            (await service.Get(desk.Manager, $"leads/{sound}")).Ok["state"]!.GetValue<string>() == "Pool");
    }

    [Theory, EachShape]
    public async Task What_went_back_to_the_pool_does_not_count_as_the_firms(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var large = await desk.Capture("Nordhaus", 1000);
        var first = await desk.Assign(large);
        (await service.Post(desk.Manager, $"leads/{large}/return", new { reason = "The firm asked for it." })).Expect(HttpStatusCode.NoContent);
        Assert.NotEqual(first, await desk.Assign(await desk.Capture("Vogel", 10)));
        Assert.NotEqual(first, await desk.Assign(await desk.Capture("Hansen", 10)));

        Assert.Equal(first, await desk.Assign(await desk.Capture("Dupré", 10)));
    }

    [Theory, EachShape]
    public async Task Leads_that_nobody_can_make_do_not_hold_up_later_ones(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        await using (var db = service.Data.Open<MarketingDb>())
        {
            for (var i = 0; i < 200; i++)
            {
                db.Add(new Lead
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = desk.Id, BuyerId = Guid.CreateVersion7(), Source = "Fair",
                    ProductCodes = ["TK-12", "TB-03"], ArrivedAt = service.Clock.Now().AddDays(-1),
                });
            }

            await db.SaveChangesAsync();
        }

        var later = await desk.Capture("Nordhaus");

        var answer = (await service.Post(desk.Manager, "leads/assignments", new { })).Ok;
        Assert.Equal(later, Assert.Single(answer["assigned"]!.AsArray())!["leadId"]!.GetValue<Guid>());
        Assert.Equal(200, answer["left"]!.AsArray().Count);
    }

    [Theory, EachShape]
    public async Task No_claim_stays_open_on_a_lead_that_left_the_pool(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(service.Clock.GetUtcNow(), "Asia/Vientiane").DateTime);
        for (var i = 0; i < 10; i++)
        {
            var lead = await desk.Capture($"Importer {100 + i}");
            var claims = new[] { "F1", "F2", "F3" }.Select(firm => service.Post(
                desk[firm], $"leads/{lead}/claims", new { buyerName = "Importer", invoiceNumber = "7", invoiceDate = today }));
            await Task.WhenAll([.. claims, service.Post(desk.Manager, $"leads/{lead}/assignment", new { })]);

            var isAssigned = (await service.Get(desk.Manager, $"leads/{lead}")).Ok["state"]!.GetValue<string>() == "Assigned";
            var open = (await service.Get(desk.Manager, "lead-claims")).Ok.AsArray()
                .Any(c => c!["leadId"]!.GetValue<Guid>() == lead && c["state"]!.GetValue<string>() == "Open");
            Assert.False(isAssigned && open);
        }
    }

    [Theory, EachShape]
    public async Task Of_a_full_pool_requests_that_nobody_took_up_make_room(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        await desk.Show("TK-12");
        var now = service.Clock.Now();
        await using (var db = service.Data.Open<MarketingDb>())
        {
            for (var i = 0; i < AskForProducts.MostInPool; i++)
            {
                db.Add(new Lead
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = desk.Id, BuyerId = Guid.CreateVersion7(), Source = "Catalogue", ArrivedAt = now,
                });
            }

            await db.SaveChangesAsync();
        }

        var path = $"public/{desk.Code}/requests";
        await service.Post(null, path, BuyerTests.Asked("Vogel", "eva@vogel.example")).IsRefused("REQUESTS_FULL");
        await desk.Capture("Nordhaus", source: "Catalogue");   // the manager's own are never refused for that
        await using (var db = service.Data.Open<MarketingDb>())
        {
            var old = now.AddDays(-8);
            var ids = await db.Leads.Where(l => l.ConsortiumId == desk.Id && l.ArrivedAt == now).Select(l => l.Id).Take(3).ToListAsync();
            await db.Leads.Where(l => ids.Contains(l.Id)).ExecuteUpdateAsync(set => set.SetProperty(l => l.ArrivedAt, old));
        }

        (await service.Post(null, path, BuyerTests.Asked("Vogel", "eva@vogel.example"))).Expect(HttpStatusCode.NoContent);

        Assert.Equal(AskForProducts.MostInPool - 1, (await service.Get(desk.Manager, "leads/counts")).Ok["pool"]!.GetValue<int>());
    }

    [Theory, EachShape]
    public async Task The_request_form_takes_consent_and_products_and_no_machines(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        await desk.Show("TK-12");
        var path = $"public/{desk.Code}/requests";
        var machine = BuyerTests.Asked("Spam", "x@spam.example");
        machine["website"] = "http://spam.example";
        (await service.Post(null, path, machine)).Expect(HttpStatusCode.NoContent);
        Assert.Equal(0, (await service.Get(desk.Manager, "leads/counts")).Ok["pool"]!.GetValue<int>());
        foreach (var (field, wrong) in new (string, string)[] { ("consent", "false"), ("productCodes", "[\"XX-1\"]"),
            ("productCodes", "[\"TB-03\"]"), ("email", "\"nobody\""),
            ("company", "\"…\"") })
        {
            var asked = BuyerTests.Asked("Vogel", "eva@vogel.example");
            asked[field] = System.Text.Json.Nodes.JsonNode.Parse(wrong);
            (await service.Post(null, path, asked)).ExpectProblem(400, "INVALID_INPUT");
        }

        await service.Post(null, "public/NONE/requests", BuyerTests.Asked("Vogel", "eva@vogel.example")).IsNotFound();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => service.Post(null, path, BuyerTests.Asked("Vogel", "eva@vogel.example"))));
        Assert.Equal(1, (await service.Get(desk.Manager, "leads/counts")).Ok["pool"]!.GetValue<int>());
    }

    [Theory, EachShape]
    public async Task A_direct_sale_is_declared_and_no_offence(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var lead = await desk.Capture("Nordhaus");
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(service.Clock.GetUtcNow(), "Asia/Vientiane").DateTime);
        Task<Answer> Declare(DateOnly on, string invoice) => service.Post(
            desk["F1"], "direct-sales", new { buyerName = "Nordhaus GmbH", soldOn = on, valueMinor = 100, invoiceNumber = invoice });
        var sold = (await Declare(today, "1")).Expect(HttpStatusCode.Created);
        Assert.True(sold["inTime"]!.GetValue<bool>());
        Assert.Null(sold["leadId"]);   // whether it is a lead is the clean team's to know
        Assert.True((await Declare(today.AddDays(-10), "2")).Expect(HttpStatusCode.Created)["inTime"]!.GetValue<bool>());
        Assert.False((await Declare(today.AddDays(-11), "3")).Expect(HttpStatusCode.Created)["inTime"]!.GetValue<bool>());
        await Declare(today, "1").IsRefused("ALREADY_DECLARED");
        (await Declare(today.AddDays(1), "4")).ExpectProblem(400, "INVALID_INPUT");
        Assert.Equal(lead, (await service.Get(desk.Manager, "direct-sales")).Ok.AsArray().Single(s => s!["invoiceNumber"]!.GetValue<string>() == "1")!
            ["leadId"]!.GetValue<Guid>());
        Assert.Empty((await service.Get(desk["F2"], "direct-sales")).Ok.AsArray());
    }
}
