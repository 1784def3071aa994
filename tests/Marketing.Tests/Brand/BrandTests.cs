using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Tests.Brand;

public sealed class BrandTests(MarketingServices services)
{
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
