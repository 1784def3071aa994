using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Brand;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Marketing.Tests.Brand;

public sealed class BrandTests(MarketingServices services)
{
    [Theory, EachShape]
    public async Task Licences_for_the_same_granted_at_once_are_one(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var today = DateOnly.FromDateTime(service.Clock.Now()).AddDays(1);   // in Vientiane it may be so already
        var asked = new { memberId = desk["F1"].Member, from = today, reason = "Inspected." };
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
        await WithdrawAsync(service, desk, licence!, step);
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
        var asked = new { memberId = member, from = "2032-01-01", productCode = "TK-12", until = "2033-01-01", reason = "Inspected." };
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
        service.Clock.StandAt(new DateTime(2032, 4, 2, 3, 0, 0, DateTimeKind.Utc));
        (await Impose("suspension", new { step.reason, appealUntil = "2032-05-01", until = "2032-04-10" })).Expect(HttpStatusCode.OK);
        await service.UntilPublished<BrandLicenceChanged>(m => m.MemberId == member && m.State == "Suspended");
        Assert.Equal(
            ("Suspended", "2032-05-01"),
            ((await service.Get(desk["F1"], "brand/licences")).Ok[0]!["state"]!.GetValue<string>(),
                (await service.Get(desk["F1"], "brand/licences")).Ok[0]!["sanctions"]![1]!["appealUntil"]!.GetValue<string>()));
        Assert.Empty((await service.Get(desk["F2"], "brand/licences")).Ok.AsArray());
        await service.Get(desk["F2"], $"brand/licences/{licence}").IsNotFound();

        // It ends when the day begins in Vientiane.
        service.Clock.StandAt(new DateTime(2032, 4, 9, 17, 0, 0, DateTimeKind.Utc));
        Assert.Equal(4, (await service.UntilPublished<BrandLicenceChanged>(m => m.MemberId == member && m.State == "Active"
            && m.Version > 1)).Version);
        await WithdrawAsync(service, desk, licence!, new { step.reason, appealUntil = "2032-05-01" });
        await service.UntilPublished<BrandLicenceChanged>(m => m.MemberId == member && m.State == "Withdrawn");
        await Impose("warnings", new { step.reason, appealUntil = "2032-05-01" }).IsRefused("ALREADY_DECIDED");
        // Two took it: two give it back.
        var back = (await Impose("restoration", new { reason = "The appeal was right." })).Ok;
        Assert.Equal(("Withdrawn", "Restoration", null), ($"{back["state"]}", $"{back["proposal"]!["kind"]}", back["proposal"]!["appealUntil"]));
        await Approve(desk.Manager, back).IsRefused("SECOND_APPROVER_REQUIRED");
        Assert.Equal("Active", $"{(await Approve(new(Guid.CreateVersion7(), Role.Auditor, desk.Id), back)).Ok["state"]}");
        var etag = (await service.Get(desk.Manager, $"brand/licences/{licence}")).ETag;
        (await service.Put(desk.Manager, $"brand/licences/{licence}", new { reason = "For good." }, etag)).Expect(HttpStatusCode.OK);
        Assert.Null((await service.UntilPublished<BrandLicenceChanged>(m => m.MemberId == member && m.Version == 11)).Until);

        Task<Answer> Impose(string path, object body) => service.Post(desk.Manager, $"brand/licences/{licence}/{path}", body);

        Task<Answer> Approve(Person by, JsonNode read) =>
            service.Send(by, HttpMethod.Post, $"brand/licences/{licence}/approval", null, ("If-Match", $"\"{read["version"]}\""));
    }

    /// <summary>A warning of years ago, or of a minute, let one manager suspend a licence again and again, without an end.</summary>
    [Fact]
    public void One_manager_suspends_only_after_notice_and_not_for_long()
    {
        var day = new DateOnly(2027, 3, 1);
        var licence = new BrandLicence
        {
            Id = Guid.CreateVersion7(), ConsortiumId = Guid.CreateVersion7(), MemberId = Guid.CreateVersion7(), RegulationVersion = 1, From = day,
        };
        Warn(day, day);
        Assert.False(Alone(day.AddDays(1), 10), "a day's notice");
        Assert.True(Alone(day.AddDays(30), 30));
        Assert.False(Alone(day.AddDays(30), 31), "for long");
        Assert.False(Alone(day.AddDays(30), null), "without an end");
        Take(SanctionKind.Suspension, day.AddDays(30), null);
        Take(SanctionKind.Restoration, day.AddDays(40), null);

        Assert.Equal("LADDER", licence.CannotImpose(SanctionKind.Suspension, grave: false)?.Code);
        Assert.False(Alone(day.AddDays(400), 10), "what was before the restoration");
        Warn(day.AddDays(400), day.AddDays(460));
        Assert.False(Alone(day.AddDays(460), 10), "the firm can appeal");
        Assert.True(Alone(day.AddDays(461), 10));

        void Warn(DateOnly on, DateOnly appealUntil) => Take(SanctionKind.Warning, on, appealUntil);

        void Take(SanctionKind kind, DateOnly on, DateOnly? appealUntil) => Assert.Null(licence.Impose(
            new(kind, on.ToDateTime(new(8, 0), DateTimeKind.Utc), null, "Again.", appealUntil, null), grave: false, null));

        bool Alone(DateOnly today, int? days) =>
            !licence.NeedsSecond(SanctionKind.Suspension, days is { } so ? today.AddDays(so) : null, today);
    }

    /// <summary>A manager let a rival's licence end last week, or called the matter grave, and nobody else was asked.</summary>
    [Theory, EachShape]
    public async Task No_manager_alone_takes_the_brand_from_a_firm(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var auditor = new Person(Guid.CreateVersion7(), Role.Auditor, desk.Id);
        var today = DateOnly.FromDateTime(service.Clock.Now()).AddDays(1);
        (await service.Post(desk.Manager, "brand/regulations", new { text = "§ 1", effectiveOn = today })).Expect(HttpStatusCode.Created);
        await using (var db = service.Data.Open<MarketingDb>())
        {
            await db.BrandRegulations.Where(r => r.ConsortiumId == desk.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.EffectiveOn, today.AddDays(-10)), TestContext.Current.CancellationToken);
        }

        var terms = new { memberId = desk["F1"].Member, from = today.AddDays(-300) };
        Assert.Equal(["reason"], (await service.Post(desk.Manager, "brand/licences", terms)).ExpectProblem(400, "INVALID_INPUT").WrongFields);
        var granted = (await service.Post(desk.Manager, "brand/licences", new { terms.memberId, terms.from, reason = "Inspected." }))
            .Expect(HttpStatusCode.Created);
        var at = $"brand/licences/{granted["id"]}";
        var lastWeek = new { until = today.AddDays(-7), reason = "It is over." };
        await service.Put(desk.Manager, at, lastWeek, "\"1\"").IsRefused("LADDER");
        var later = new { until = today.AddDays(60), reason = "The firm asked for it." };
        var silent = await service.Put(desk.Manager, at, new { later.until }, "\"1\"");
        Assert.Equal(["reason"], silent.ExpectProblem(400, "INVALID_INPUT").WrongFields);
        (await service.Put(desk.Manager, at, later, "\"1\"")).Expect(HttpStatusCode.OK);

        // Grave or not: the firm has the brand until somebody else agrees.
        var grave = new { reason = "Goods without a licence.", appealUntil = today.AddDays(30), grave = true };
        foreach (var step in (string[])["suspension", "withdrawal"])
        {
            var proposed = (await service.Post(desk.Manager, $"{at}/{step}", grave)).Ok;
            Assert.Equal(("Active", grave.reason), ($"{proposed["state"]}", $"{proposed["proposal"]!["reason"]}"));
        }

        var (maker, tag) = (Guid.CreateVersion7(), (await service.Get(desk.Manager, at)).ETag!);
        await Approve(desk.Manager).IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(auditor with { Controllers = [maker, desk.Manager.Id] }).IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(desk["F1"]).IsNotFound();
        Assert.Equal("Withdrawal", $"{(await service.Get(desk["F1"], at)).Ok["proposal"]!["kind"]}");   // the firm knows what is to come
        var withdrawn = (await Approve(auditor with { Controllers = [maker] })).Ok;
        Assert.Equal(
            ("Withdrawn", $"{desk.Manager.Id}", $"{auditor.Id}"),
            ($"{withdrawn["state"]}", $"{withdrawn["sanctions"]![0]!["by"]}", $"{withdrawn["sanctions"]![0]!["approvedBy"]}"));
        Assert.Equal(["Granted", "EndMoved"], withdrawn["changes"]!.AsArray().Select(change => $"{change!["kind"]}"));
        await Approve(auditor, $"\"{withdrawn["version"]}\"").IsRefused("ALREADY_DECIDED");
        var traces = (await service.Get(auditor, "traces")).Ok["traces"]!.AsArray().Where(trace => $"{trace!["aboutId"]}" == $"{granted["id"]}");
        Assert.Equal(
            ["LICENCE_END_MOVED", "LICENCE_GRANTED", "LICENCE_SUSPENSION_PROPOSED", "LICENCE_WITHDRAWAL", "LICENCE_WITHDRAWAL_PROPOSED"],
            traces.Select(trace => $"{trace!["what"]}").Order(StringComparer.Ordinal));

        Task<Answer> Approve(Person by, string? etag = null) =>
            service.Send(by, HttpMethod.Post, $"{at}/approval", null, ("If-Match", etag ?? tag));
    }

    private static async Task WithdrawAsync(RunningService service, Desk desk, JsonNode licence, object step)
    {
        var proposed = (await service.Post(desk.Manager, $"brand/licences/{licence}/withdrawal", step)).Ok;
        Assert.NotEqual("Withdrawn", $"{proposed["state"]}");
        var auditor = new Person(Guid.CreateVersion7(), Role.Auditor, desk.Id);
        (await service.Send(auditor, HttpMethod.Post, $"brand/licences/{licence}/approval", null, ("If-Match", $"\"{proposed["version"]}\"")))
            .Expect(HttpStatusCode.OK);
    }
}
