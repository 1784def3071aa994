using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Brand;
using ExportConsortia.Marketing.Tests.Sheets;

namespace ExportConsortia.Marketing.Tests;

/// <summary>After a backup was restored: what Marketing tells others anew, and what it lets itself be told.</summary>
public sealed class RepublishTests(MarketingServices services)
{
    private static readonly Person Operator = new(Guid.CreateVersion7(), Role.Operator);

    [Theory, EachShape]
    public async Task A_republication_is_a_snapshot_of_licences_names_and_leads(Shape shape)
    {
        var service = await services.In(shape);
        var (desk, vtf) = (await Desk.OpenAsync(service), await Exhibitors.In(service));
        var today = DateOnly.FromDateTime(service.Clock.Now()).AddDays(1);
        await using (var db = service.Data.Open<MarketingDb>())
        {
            db.Add(new BrandRegulation
            {
                ConsortiumId = desk.Id, Version = 1, Text = "§ 1", EffectiveOn = today.AddDays(-10), PublishedAt = service.Clock.Now(),
                PublishedBy = Guid.CreateVersion7(),
            });
            await db.SaveChangesAsync();
        }

        var licence = (await service.Post(desk.Manager, "brand/licences", new { memberId = desk["F1"].Member, from = today, reason = "Audited." }))
            .Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        var (sheet, tag) = await vtf.Submitted(
            vtf.First, "TK-12", new { texts = new { en = new { name = "Garden chair", text = "Made of teak." } } });
        (await vtf.Decide(sheet, tag)).ExpectOk();
        var edition = Guid.CreateVersion7();
        await service.Deliver(new FairLeadCaptured(
            desk.Id, edition, Guid.CreateVersion7(), null, desk.Manager.Id, "Nordhaus", null, "DE", null, ["TK-12"], null, service.Clock.Now(),
            service.Clock.Now()));
        var lead = (await service.UntilPublished<FairLeadKept>(kept => kept.EditionId == edition)).LeadId;
        var firm = await desk.Assign(lead);
        _ = (await service.Post(desk.FirmOf(firm), $"leads/{lead}/outcome", new { outcome = "Won", valueMinor = 2_400_000 })).Ok;
        var won = await service.UntilPublished<LeadWon>(one => one.LeadId == lead);
        var idle = await desk.Capture("Nobody's", source: "Manager");

        var republished = (await service.Post(Operator, "republications", new { })).Expect(HttpStatusCode.Accepted);

        Assert.True(republished["messages"]!.GetValue<int>() >= 4);
        var brand = await service.UntilPublished<BrandSnapshot>(one => one.ConsortiumId == desk.Id);
        Assert.Equal((1, 1), (brand.Part, brand.Parts));
        Assert.Equal(
            (await service.UntilPublished<BrandLicenceChanged>(one => one.LicenceId == licence)) with { OccurredAt = default },
            Assert.Single(brand.Licences) with { OccurredAt = default });
        var named = Assert.Single((await service.UntilPublished<BrandSnapshot>(one => one.ConsortiumId == vtf.Id && one.Epoch == brand.Epoch)).Names);
        Assert.Equal(("TK-12", sheet, "Garden chair", 1), (named.ProductCode, named.SheetId, named.Names["en"], named.Version));
        var leads = await service.UntilPublished<LeadsSnapshot>(one => one.ConsortiumId == desk.Id && one.Epoch == brand.Epoch);
        var now = Assert.Single(leads.Leads, one => one.LeadId == lead);
        Assert.Equal((edition, firm, 2_400_000, won.OccurredAt), (now.EditionId, now.MemberId, now.WonMinor, now.WonAt));
        Assert.Equal(
            (await service.UntilPublished<LeadAssigned>(one => one.LeadId == lead)).OccurredAt, now.Since!.Value, TimeSpan.FromMilliseconds(1));
        Assert.DoesNotContain(leads.Leads, one => one.LeadId == idle);

        (await service.Post(Operator, "republications", new { })).Expect(HttpStatusCode.Accepted);
        await service.UntilPublished<BrandSnapshot>(one => one.ConsortiumId == desk.Id && one.Epoch > brand.Epoch);
        (await service.Post(desk.Manager, "republications", new { })).ExpectProblem(403, "NOT_ALLOWED");
    }

    [Theory, EachShape]
    public async Task A_fair_that_the_trade_fairs_have_forgotten_is_no_source_of_leads_until_they_say_so_again(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var (fair, lost, epoch) = (Guid.CreateVersion7(), Guid.CreateVersion7(), 200_000_000L);
        await service.Deliver(Committed(fair));
        await service.Deliver(Committed(lost));
        Assert.Equal(["Fair", "Fair"], await SourcesAsync(fair, lost));

        await service.Deliver(new FairsListed(desk.Id, epoch, [fair], service.Clock.Now()));
        await service.Deliver(Committed(lost));   // on its way since before
        Assert.Equal(["Fair", "Catalogue"], await SourcesAsync(fair, lost));
        await service.Deliver(Committed(lost), epoch: epoch);
        Assert.Equal(["Fair", "Fair"], await SourcesAsync(fair, lost));
        var copy = (await service.Get(Operator, "copies")).Ok.AsArray()
            .Single(one => $"{one!["consortiumId"]}" == $"{desk.Id}" && $"{one["kind"]}" == "fairs")!;
        Assert.Equal((0, 1), ((int)copy["added"]!, (int)copy["removed"]!));

        FairCommitmentMade Committed(Guid edition) => new(
            desk.Id, edition, Guid.CreateVersion7(), desk["F1"].Member!.Value, service.Clock.Now());

        async Task<List<string>> SourcesAsync(params Guid[] editions)
        {
            var sources = new List<string>();
            foreach (var fairEditionId in editions)
            {
                var company = $"Buyer {Guid.CreateVersion7():N}";
                (await service.Post(null, $"public/{desk.Code}/requests", new
                {
                    company, name = "Hélène Faure", email = $"helene@{Guid.CreateVersion7():N}.example", message = "500 chairs in spring?",
                    consent = true, consentTextVersion = "1", fairEditionId,
                })).Expect(HttpStatusCode.NoContent);
                sources.Add((await service.Get(desk.Manager, "leads")).Ok["leads"]!.AsArray().Where(lead => $"{lead!["buyerName"]}" == company)
                    .Select(lead => $"{lead!["source"]}").Single());
            }

            return sources;
        }
    }
}
