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
        foreach (var firm in (string[])["F1", "F2"])
        {
            await service.Deliver(new FairCommitmentMade(desk.Id, edition, Guid.CreateVersion7(), desk[firm].Member!.Value, service.Clock.Now()));
        }

        // A number that somebody made up, or another consortium's fair, is no source.
        var elsewhere = Guid.CreateVersion7();
        await service.Deliver(new FairCommitmentMade(
            Guid.CreateVersion7(), elsewhere, Guid.CreateVersion7(), Guid.CreateVersion7(), service.Clock.Now()));
        foreach (var fairEditionId in (Guid[])[Guid.CreateVersion7(), elsewhere, edition])
        {
            (await service.Post(null, $"public/{desk.Code}/requests", new
            {
                company = "Dupré", name = "Hélène Faure", email = "helene@dupre.example", message = "500 chairs in spring?", consent = true,
                consentTextVersion = "1", fairEditionId,
            })).Expect(HttpStatusCode.NoContent);
        }

        var leads = (await service.Get(desk.Manager, "leads")).Ok["leads"]!.AsArray();
        Assert.Equal(["Catalogue", "Fair"], leads.Select(one => $"{one!["source"]}").Order(StringComparer.Ordinal));
        var lead = leads.Single(one => $"{one!["source"]}" == "Fair")!;
        var kept = await service.UntilPublished<FairLeadKept>(one => one.EditionId == edition);
        Assert.Equal((null, lead["id"]!.GetValue<Guid>()), (kept.FairLeadId, kept.LeadId));
    }

    [Theory, EachShape]
    public async Task Who_takes_the_consent_back_is_forgotten_unless_the_person_agreed_at_another_stand_too(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var edition = Guid.CreateVersion7();
        var (first, second, other) = (Captured("anna", 30), Captured("anna", 31), Captured("bert", 32));
        foreach (var captured in (FairLeadCaptured[])[first, second, other])
        {
            await service.Deliver(captured);
        }

        var lead = Assert.Single((await service.Get(desk.Manager, "leads")).Ok["leads"]!.AsArray())!["id"]!.GetValue<Guid>();
        Assert.Equal(["", "anna@nordhaus.example"], await WithdrawAsync(other));
        Assert.Equal(["", "anna@nordhaus.example"], await WithdrawAsync(first));
        Assert.Equal(["", ""], await WithdrawAsync(second));
        Assert.DoesNotContain("Said", (await service.Get(desk.Manager, $"leads/{lead}")).Ok.ToJsonString(), StringComparison.Ordinal);

        // The next fair of the same month is another interest of the buyer.
        await service.Deliver(Captured("anna", 33) with { EditionId = Guid.CreateVersion7() });
        Assert.Equal(2, (await service.Get(desk.Manager, "leads")).Ok["leads"]!.AsArray().Count);

        async Task<List<string>> WithdrawAsync(FairLeadCaptured captured)
        {
            await service.Deliver(new FairConsentWithdrawn(desk.Id, edition, captured.FairLeadId, lead, service.Clock.Now()));
            var read = (await service.Get(desk.Manager, $"leads/{lead}")).Ok;
            Assert.DoesNotContain($"Said {captured.Person!.ConsentAt.Minute}", read.ToJsonString(), StringComparison.Ordinal);
            var contacts = (await service.Get(desk.Manager, $"buyers/{read["buyerId"]}")).Ok["buyer"]!["contacts"]!.AsArray();
            return [.. contacts.Select(c => $"{c!["email"]}").Order(StringComparer.Ordinal)];
        }

        FairLeadCaptured Captured(string person, int minute) => new(
            desk.Id, edition, Guid.CreateVersion7(), desk["F1"].Member, desk["F1"].Id, "Nordhaus", null, "DE",
            new(person, null, $"{person}@nordhaus.example", null, "de", "2027-01", new(2027, 1, 18, 10, minute, 0, DateTimeKind.Utc)),
            ["TK-12"], $"Said {minute}", new(2027, 1, 18, 10, minute, 0, DateTimeKind.Utc), service.Clock.Now());
    }

    [Theory, EachShape]
    public async Task A_lead_that_goes_back_to_the_pool_is_said_to_be_nobodys(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var edition = Guid.CreateVersion7();
        await service.Deliver(new FairLeadCaptured(
            desk.Id, edition, Guid.CreateVersion7(), null, desk.Manager.Id, "Nordhaus", null, "DE", null, [], null, service.Clock.Now(),
            service.Clock.Now()));
        var lead = Assert.Single((await service.Get(desk.Manager, "leads")).Ok["leads"]!.AsArray())!["id"]!.GetValue<Guid>();
        var member = await desk.Assign(lead);
        (await service.Post(desk.Manager, $"leads/{lead}/return", new { reason = "On leave." })).Expect(HttpStatusCode.NoContent);
        Assert.Equal(member, (await service.UntilPublished<LeadReturned>(one => one.LeadId == lead)).MemberId);
    }
}
