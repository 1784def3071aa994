using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Tests.Leads;

public sealed class FairLeadTests(MarketingServices services)
{
    [Theory, EachShape]
    public async Task What_two_firms_captured_of_one_buyer_is_one_lead_of_the_fair_with_each_persons_consent(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var edition = Guid.CreateVersion7();
        var first = Captured("F1", "Nordhaus Möbel GmbH", "anna@nordhaus.example");
        var again = Guid.CreateVersion7();
        await service.Deliver(first, again);
        await service.Deliver(first, again);   // redelivered
        await service.Deliver(Captured("F2", "Nordhaus Moebel", "bert@nordhaus.example"));
        await service.Deliver(Captured("F2", "Sundby", "not an address"));

        var leads = (await service.Get(desk.Manager, "leads")).Ok["leads"]!.AsArray();
        Assert.Equal(2, leads.Count);
        Assert.All(leads, lead => Assert.Equal(("Fair", "Pool"), ($"{lead!["source"]}", $"{lead["state"]}")));
        var nordhaus = leads.Single(lead => $"{lead!["buyerName"]}".StartsWith("Nordhaus", StringComparison.Ordinal))!["id"]!.GetValue<Guid>();
        var read = (await service.Get(desk.Manager, $"leads/{nordhaus}")).Ok;
        Assert.Equal(2, read["history"]!.AsArray().Count(e => $"{e!["kind"]}" == "Captured"));
        Assert.Equal(["TK-12"], read["productCodes"]!.AsArray().Select(code => $"{code}"));
        var buyer = (await service.Get(desk.Manager, $"buyers/{read["buyerId"]}")).Ok["buyer"]!;
        Assert.Equal(2, buyer["contacts"]!.AsArray().Count);
        Assert.All(buyer["contacts"]!.AsArray(), person => Assert.Equal("2027-01", $"{person!["consents"]![0]!["textVersion"]}"));

        var kept = service.Published<FairLeadKept>(one => one.ConsortiumId == desk.Id);
        await Eventually.Holds("each is confirmed", () => service.Published<FairLeadKept>(one => one.ConsortiumId == desk.Id).Count == 3);
        Assert.Equal(nordhaus, (await service.UntilPublished<FairLeadKept>(one => one.FairLeadId == first.FairLeadId)).LeadId);
        Assert.All(kept, one => Assert.True(one.EditionId == edition && one.PersonKept));

        // Nobody has it for having captured it; who gets it says how much it became.
        var member = await desk.Assign(nordhaus);
        _ = (await service.Post(desk.FirmOf(member), $"leads/{nordhaus}/outcome", new { outcome = "Won", valueMinor = 2_400_000 })).Ok;
        var won = await service.UntilPublished<LeadWon>(one => one.LeadId == nordhaus);
        Assert.Equal((member, 2_400_000, null), (won.MemberId, won.ValueMinor, won.Currency));

        FairLeadCaptured Captured(string firm, string company, string email) => new(
            desk.Id, edition, Guid.CreateVersion7(), desk[firm].Member, desk[firm].Id, company, null, "DE",
            new("Somebody", "Head of purchasing", email, null, "de", "2027-01", new(2027, 1, 18, 10, 30, 0, DateTimeKind.Utc)),
            ["TK-12", "NOT-LISTED"], "Wants chairs", new(2027, 1, 18, 10, 30, 0, DateTimeKind.Utc), service.Clock.GetUtcNow().UtcDateTime);
    }

    [Theory, EachShape]
    public async Task A_buyer_who_read_the_stands_code_asks_and_the_fair_is_the_leads_source(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var edition = Guid.CreateVersion7();
        _ = (await service.Post(null, $"public/{desk.Code}/requests", new
        {
            company = "Dupré", name = "Hélène Faure", email = "helene@dupre.example", productCodes = new[] { "TK-12" }, consent = true,
            consentTextVersion = "1", fairEditionId = edition,
        })).Expect(HttpStatusCode.NoContent);
        var lead = Assert.Single((await service.Get(desk.Manager, "leads")).Ok["leads"]!.AsArray())!;
        Assert.Equal("Fair", $"{lead["source"]}");
        var kept = await service.UntilPublished<FairLeadKept>(one => one.EditionId == edition);
        Assert.Equal((null, lead["id"]!.GetValue<Guid>()), (kept.FairLeadId, kept.LeadId));
    }
}
