using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Brand;

namespace ExportConsortia.Marketing.Tests.Brand;

public sealed class BrandTests(MarketingServices services)
{
    [Theory, EachShape]
    public async Task Licences_for_the_same_granted_at_once_are_one(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var today = DateOnly.FromDateTime(service.Clock.Now()).AddDays(1);   // in Vientiane it may be so already
        var asked = new { memberId = desk["F1"].Member, from = today };
        await using (var db = service.Data.Open<MarketingDb>())
        {
            db.Add(new BrandRegulation
            {
                ConsortiumId = desk.Id, Version = 1, Text = "§ 1", EffectiveOn = today.AddDays(-10), PublishedAt = service.Clock.Now(),
                PublishedBy = Guid.CreateVersion7(),
            });
            await db.SaveChangesAsync();
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.Post(desk.Manager, "brand/licences", asked)));

        var licence = Assert.Single(answers, a => a.Status == HttpStatusCode.Created).Json["id"];
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => a.ExpectProblem(409, "ALREADY_LICENSED"));
        var step = new { reason = "Goods without a licence.", appealUntil = today, grave = true };
        (await service.Post(desk.Manager, $"brand/licences/{licence}/withdrawal", step)).Expect(HttpStatusCode.OK);
        (await service.Post(desk.Manager, "brand/licences", asked)).Expect(HttpStatusCode.Created);
        await service.Post(desk.Manager, $"brand/licences/{licence}/restoration", new { reason = "An appeal." }).IsRefused("ALREADY_LICENSED");
    }

    [Fact]
    public void A_licence_with_as_many_sanctions_as_it_can_have_can_be_withdrawn()
    {
        var now = new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var licence = new BrandLicence
        {
            Id = Guid.CreateVersion7(), ConsortiumId = Guid.CreateVersion7(), MemberId = Guid.CreateVersion7(), RegulationVersion = 1,
            From = new(2027, 1, 1),
        };
        for (var i = 0; i < 200; i++)
        {
            Assert.Null(Impose(SanctionKind.Warning));
        }

        Assert.Equal("SANCTION_LIMIT", Impose(SanctionKind.Warning)?.Code);
        Assert.Null(Impose(SanctionKind.Withdrawal));

        Refusal? Impose(SanctionKind kind) => licence.Impose(new(kind, now, null, "Again.", null, null), grave: true, null);
    }

    [Theory, EachShape]
    public async Task A_licence_climbs_the_ladder_and_everybody_concerned_learns_of_it(Shape shape)
    {
        var service = await services.Fresh(shape);
        service.Clock.StandAt(new DateTime(2032, 3, 1, 3, 0, 0, DateTimeKind.Utc));
        var desk = await Desk.OpenAsync(service);
        var member = desk["F1"].Member!.Value;
        var asked = new { memberId = member, from = "2032-01-01", productCode = "TK-12", until = "2033-01-01" };
        await service.Post(desk.Manager, "brand/licences", asked).IsRefused("NO_REGULATIONS");
        (await service.Post(desk.Manager, "brand/regulations", new { text = "§ 1", effectiveOn = "2032-02-29" })).ExpectProblem(400, "INVALID_INPUT");
        (await service.Post(desk.Manager, "brand/regulations", new { text = "§ 1", effectiveOn = "2032-03-01" })).Expect(HttpStatusCode.Created);
        var licence = (await service.Post(desk.Manager, "brand/licences", asked)).Expect(HttpStatusCode.Created)["id"];
        await service.Post(desk.Manager, "brand/licences", asked).IsRefused("ALREADY_LICENSED");
        var given = await service.UntilPublished<BrandLicenceChanged>(m => m.MemberId == member);
        Assert.Equal(("Active", "TK-12", new DateOnly(2033, 1, 1), 1), (given.State, given.ProductCode, given.Until, given.Version));

        var step = new { reason = "Goods without a licence.", appealUntil = "2032-04-01" };
        await Impose("suspension", step).IsRefused("LADDER");
        (await Impose("warnings", step)).Expect(HttpStatusCode.OK);
        (await Impose("suspension", new { step.reason, step.appealUntil, until = "2032-03-10" })).Expect(HttpStatusCode.OK);
        await service.UntilPublished<BrandLicenceChanged>(m => m.MemberId == member && m.State == "Suspended");
        Assert.Equal(
            ("Suspended", "2032-04-01"),
            ((await service.Get(desk["F1"], "brand/licences")).Ok[0]!["state"]!.GetValue<string>(),
                (await service.Get(desk["F1"], "brand/licences")).Ok[0]!["sanctions"]![1]!["appealUntil"]!.GetValue<string>()));
        Assert.Empty((await service.Get(desk["F2"], "brand/licences")).Ok.AsArray());
        await service.Get(desk["F2"], $"brand/licences/{licence}").IsNotFound();

        // It ends when the day begins in Vientiane.
        service.Clock.StandAt(new DateTime(2032, 3, 9, 17, 0, 0, DateTimeKind.Utc));
        Assert.Equal(4, (await service.UntilPublished<BrandLicenceChanged>(m => m.MemberId == member && m.State == "Active"
            && m.Version > 1)).Version);
        (await Impose("withdrawal", step)).Expect(HttpStatusCode.OK);
        await service.UntilPublished<BrandLicenceChanged>(m => m.MemberId == member && m.State == "Withdrawn");
        await Impose("warnings", step).IsRefused("ALREADY_DECIDED");
        (await Impose("restoration", new { reason = "The appeal was right." })).Expect(HttpStatusCode.OK);
        var etag = (await service.Get(desk.Manager, $"brand/licences/{licence}")).ETag;
        (await service.Put(desk.Manager, $"brand/licences/{licence}", new { }, etag)).Expect(HttpStatusCode.OK);
        Assert.Null((await service.UntilPublished<BrandLicenceChanged>(m => m.MemberId == member && m.Version == 7)).Until);

        Task<Answer> Impose(string path, object body) => service.Post(desk.Manager, $"brand/licences/{licence}/{path}", body);
    }
}
