using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Fairs;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.TradeFairs.Tests.AtTheFair;

public sealed class CaptureTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task Each_lead_is_kept_once_though_two_tabs_send_all_of_them_again_and_again(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        var cards = Enumerable.Range(1, 30).Select(i => Stand.Card($"Buyer {i}")).ToList();

        var tabs = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
            (await stand.Send(stand["F1"], cards[..20])).Concat(await stand.Send(stand["F1"], cards[10..])).ToList())));

        Assert.Equal(30, tabs.Sum(tab => tab.Count(one => one == "Kept")));
        Assert.DoesNotContain(tabs.SelectMany(tab => tab), one => one.StartsWith("Refused", StringComparison.Ordinal));
        await Eventually.Holds(
            "30 leads go to Marketing", () => service.Published<FairLeadCaptured>(lead => lead.ConsortiumId == stand.Id).Count == 30);
        var sent = service.Published<FairLeadCaptured>(lead => lead.ConsortiumId == stand.Id);
        Assert.Equal(cards.Select(card => (Guid)card["id"]!).Order(), sent.Select(lead => lead.FairLeadId).Order());
        Assert.All(sent, lead => Assert.Equal(
            ("Anna Braun", "2027-01", stand["F1"].Member), (lead.Person!.Name, lead.Person.ConsentTextVersion, lead.MemberId)));
        Assert.Equal(30, (await service.Get(stand["F1"], stand.Path("leads"))).Ok["leads"]!.AsArray().Count);
    }

    [Theory, EachShape]
    public async Task Without_consent_nothing_of_a_person_is_kept_and_one_wrong_lead_does_not_hold_up_the_others(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        var silent = Stand.Card("Silent");
        silent["consentTextVersion"] = null;
        var firmOnly = Stand.Card("Firm only");
        (firmOnly["name"], firmOnly["email"], firmOnly["note"], firmOnly["consentTextVersion"]) = (null, null, null, null);
        var nameless = Stand.Card("Nameless");
        nameless["name"] = " ";

        var answer = (await service.Post(stand["F1"], stand.Path("leads"), new
        {
            leads = new[] { Stand.Card(""), silent, firmOnly, nameless, Stand.Card("Nordhaus") },
        })).Ok["results"]!.AsArray();

        Assert.Equal(["Refused", "Refused", "Kept", "Refused", "Kept"], answer.Select(one => $"{one!["outcome"]}"));
        Assert.Equal(["company"], answer[0]!["errors"]!.AsObject().Select(e => e.Key));
        Assert.Equal(["consentTextVersion"], answer[1]!["errors"]!.AsObject().Select(e => e.Key));
        Assert.Equal(["name"], answer[3]!["errors"]!.AsObject().Select(e => e.Key));
        await service.UntilPublished<FairLeadCaptured>(lead => lead.ConsortiumId == stand.Id && lead.Company == "Nordhaus");
        Assert.Null((await service.UntilPublished<FairLeadCaptured>(l => l.ConsortiumId == stand.Id && l.Company == "Firm only")).Person);

        // Corrected, it is the same lead.
        silent["consentTextVersion"] = "2027-01";
        Assert.Equal(["Kept"], await stand.Send(stand["F1"], silent));
    }

    [Theory, EachShape]
    public async Task A_firm_reads_its_own_leads_and_nobody_else_sends_under_their_ids(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        var other = await Stand.OpenAsync(service);
        var (mine, managers) = (Stand.Card("Mine"), Stand.Card("Manager's"));
        await stand.Send(stand["F1"], mine);
        await stand.Send(stand.Manager, managers);

        Assert.Equal(["Refused ID_TAKEN", "Refused ID_TAKEN"], await stand.Send(stand["F2"], mine, managers));
        Assert.Equal(["Kept"], await other.Send(other["F1"], mine));   // other consortia's devices know nothing of ours
        Assert.Equal(["Mine"], await CompaniesOf(stand["F1"]));
        Assert.Empty(await CompaniesOf(stand["F2"]));
        Assert.Equal(["Manager's", "Mine"], (await CompaniesOf(stand.Manager)).Order());
        await service.Get(other.Manager, stand.Path("leads")).IsNotFound();
        await service.Post(other["F1"], stand.Path("leads"), new { leads = new[] { Stand.Card("Foreign") } }).IsNotFound();
        await service.Post(stand["F4"], stand.Path("leads"), new { leads = new[] { Stand.Card("At home") } }).IsRefused("NOT_TAKING_PART");

        async Task<List<string>> CompaniesOf(Person person) =>
            [.. (await service.Get(person, stand.Path("leads"))).Ok["leads"]!.AsArray().Select(lead => $"{lead!["company"]}")];
    }

    [Fact]
    public async Task Before_the_area_is_allotted_nothing_is_captured()
    {
        var service = await services.In(Shape.Embedded);
        var stand = await Stand.OpenAsync(service, FairState.CallForInterest);
        await service.Post(stand["F1"], stand.Path("leads"), new { leads = new[] { Stand.Card("Early") } }).IsRefused("WRONG_STATE");
    }

    [Theory, EachShape]
    public async Task What_Marketing_says_of_leads_comes_in_any_order_and_a_firm_learns_only_what_it_has_itself(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        var (first, second, late) = (Stand.Card("Nordhaus"), Stand.Card("Nordhaus again"), Stand.Card("Sundby"));
        await stand.Send(stand["F1"], first, late);
        await stand.Send(stand["F2"], second);
        var (lead, lost, now) = (Guid.CreateVersion7(), Guid.CreateVersion7(), service.Clock.GetUtcNow().UtcDateTime);
        var (f1, f2) = (stand["F1"].Member!.Value, stand["F2"].Member!.Value);

        // Won and assigned are known before the lead is known to come from the fair; two captures are one lead.
        await service.Deliver(new LeadWon(stand.Id, lead, f2, 2_400_000, null, now.AddDays(20)));
        await service.Deliver(new LeadAssigned(stand.Id, lead, f2, now));
        await stand.Keep((Guid)first["id"]!, lead);
        await stand.Keep((Guid)second["id"]!, lead);
        await stand.Keep((Guid)late["id"]!, lost, personKept: false);
        await service.Deliver(new LeadAssigned(stand.Id, lost, f1, now));
        await service.Deliver(new LeadWon(stand.Id, lost, f1, 900_000, "EUR", new(2028, 1, 21, 23, 0, 0, DateTimeKind.Utc)));   // a day too late

        await service.Deliver(new LeadReturned(stand.Id, lead, f1, now.AddDays(-1)));   // before it was assigned
        Assert.Equal([("Nordhaus", ""), ("Sundby", $"{f1}")], await AssignedAsync(stand["F1"]));
        Assert.Equal([("Nordhaus again", $"{f2}")], await AssignedAsync(stand["F2"]));
        Assert.Equal(
            [("Nordhaus", $"{f2}"), ("Nordhaus again", $"{f2}"), ("Sundby", $"{f1}")], await AssignedAsync(stand.Manager));
        await using (var db = service.Data.Open<TradeFairsDb>())
        {
            var kept = (await db.FairLeads.Where(l => l.EditionId == stand.Edition).ToListAsync()).ToDictionary(l => l.Company);
            Assert.Equal((null, null), (kept["Nordhaus"].Person, kept["Nordhaus"].Note));   // Marketing has the person now
            Assert.Equal("Anna Braun", kept["Sundby"].Person!.Name);                        // and this one not
        }

        await stand.Charge("F1", 500_000);
        await stand.Charge("F2", 300_001);
        var report = (await service.Get(stand.Manager, stand.Path("report"))).Ok;
        Assert.Equal((3, 2), ((int)report["captured"]!, (int)report["leads"]!));
        Assert.Equal((800_001, 400_001), ((long)report["costMinor"]!, (long)report["costPerLeadMinor"]!));   // half up
        Assert.Equal("2028-01-22", $"{report["ordersUntil"]}");
        Assert.Equal(("EUR", 2_400_000), ($"{report["won"]![0]!["currency"]}", (long)report["won"]![0]!["amountMinor"]!));
        Assert.Single(report["won"]!.AsArray());
        var own = (await service.Get(stand["F1"], stand.Path("report"))).Ok;
        var line = Assert.Single(own["firms"]!.AsArray())!;
        Assert.Equal((f1, 500_000, 2, 1, 0, -500_000), (
            line["memberId"]!.GetValue<Guid>(), (long)line["costMinor"]!, (int)line["captured"]!, (int)line["assigned"]!, (int)line["orders"]!,
            (long)line["returnMinor"]!));
        Assert.Null(own["costMinor"]);
        Assert.Equal(2_099_999, (long)(await service.Get(stand["F2"], stand.Path("report"))).Ok["firms"]![0]!["returnMinor"]!);

        // Back in the pool it is nobody's, until it is assigned again.
        await service.Deliver(new LeadReturned(stand.Id, lost, f1, now.AddDays(1)));
        Assert.Equal(0, (int)(await service.Get(stand["F1"], stand.Path("report"))).Ok["firms"]![0]!["assigned"]!);
        await service.Deliver(new LeadAssigned(stand.Id, lost, f2, now.AddDays(2)));
        Assert.Equal(2, (int)(await service.Get(stand["F2"], stand.Path("report"))).Ok["firms"]![0]!["assigned"]!);

        // What a quotation sold the lead for is the clean team's to know.
        await service.Deliver(new LeadWon(stand.Id, lead, f2, 2_500_000, "EUR", now.AddDays(30)));
        Assert.Equal(2_500_000, (long)(await service.Get(stand.Manager, stand.Path("report"))).Ok["won"]![0]!["amountMinor"]!);
        var sold = (await service.Get(stand["F2"], stand.Path("report"))).Ok["firms"]![0]!;
        Assert.Equal((1, 0), ((int)sold["orders"]!, sold["won"]!.AsArray().Count));
        Assert.Null(sold["returnMinor"]);

        async Task<List<(string, string)>> AssignedAsync(Person person) =>
            [.. (await service.Get(person, stand.Path("leads"))).Ok["leads"]!.AsArray()
                .Select(one => ($"{one!["company"]}", $"{one["assignedTo"]}")).Order()];
    }

    [Theory, EachShape]
    public async Task The_motion_to_go_again_is_prepared_once_the_fair_is_over(Shape shape)
    {
        var service = await services.In(shape);
        var (running, over) = (await Stand.OpenAsync(service), await Stand.OpenAsync(service, FairState.Settling));
        var motion = new { title = "Again in Cologne in 2028", text = "60 m² as this year." };
        await service.Put(running.Manager, running.Path("motion"), motion, "\"0\"").IsRefused("WRONG_STATE");
        var prepared = await service.Put(over.Manager, over.Path("motion"), motion, "\"0\"");
        Assert.Equal(motion.title, $"{prepared.Ok["title"]}");
        var published = await service.UntilPublished<MotionPrepared>(one => one.SubjectId == over.Edition);
        Assert.Equal(("FairRepeat", motion.text), (published.Subject, published.Text));
        Assert.Equal(412, (int)(await service.Put(over.Manager, over.Path("motion"), motion, "\"0\"")).Status);
        Assert.Equal(motion.title, $"{(await service.Get(over["F1"], over.Path("report"))).Ok["motion"]!["title"]}");
    }
}
