using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Brand;
using ExportConsortia.Marketing.Catalogue;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Marketing.Tests.Catalogue;

public sealed class EditionTests(MarketingServices marketing)
{
    [Theory, EachShape]
    public async Task An_edition_is_frozen_numbered_and_the_same_to_the_byte(Shape shape)
    {
        var service = await marketing.In(shape);
        var shop = await Shop.Open(service);
        (await service.Post(shop.Manager, "editions", new { })).ExpectProblem(409, "NOTHING_TO_PUBLISH");
        var chair = await shop.Approve("TK-12", null, Shop.Content(("fr", "Chaise", ""), ("en", "Chair", "Teak.")) with
        {
            Attributes = new Dictionary<string, string> { ["wood"] = "teak", ["colour"] = "brown" },
        });

        var preview = (await service.Get(shop.Manager, "catalogue/preview")).Ok;
        Assert.Equal((1, 1, 1), (preview["number"]!.GetValue<int>(), preview["items"]!.GetValue<int>(), preview["added"]!.GetValue<int>()));
        var lacks = preview["lacks"]!.AsArray().Select(l => l!["what"]!.GetValue<string>() + l["language"]?.GetValue<string>()).ToList();
        Assert.Contains("Image", lacks);
        Assert.Contains("Textfr", lacks);
        Assert.DoesNotContain("Texten", lacks);

        var first = await shop.Publish();
        Assert.Equal((1, 1), (first["number"]!.GetValue<int>(), first["items"]!.GetValue<int>()));
        await service.UntilPublished<CatalogueEditionPublished>(e => e.ConsortiumId == shop.Id && e is { Number: 1, Items: 1 });
        (await service.Post(shop.Manager, "editions", new { })).ExpectProblem(409, "SAME_AS_BEFORE");
        var document = await service.Get(shop.Manager, "editions/1/document");
        Assert.Equal($"\"{first["hash"]!.GetValue<string>()}\"", document.ETag);
        Assert.Equal(first["hash"]!.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document.Text))));
        Assert.Equal(document.Text, Encoding.UTF8.GetString(EditionDocument.Read(Encoding.UTF8.GetBytes(document.Text)).ToBytes()));
        Assert.True(
            document.Text.IndexOf("\"colour\"", StringComparison.Ordinal) < document.Text.IndexOf("\"wood\"", StringComparison.Ordinal),
            document.Text);
        var again = await service.Send(shop.Manager, HttpMethod.Get, "editions/1/document", null, ("If-None-Match", document.ETag));
        Assert.Equal(HttpStatusCode.NotModified, again.Status);

        await shop.Save(db =>
        {
            var sheet = db.Sheets.Single(s => s.Id == chair);
            (sheet.Approved, sheet.ApprovedVersion) = (Shop.Content(("en", "Armchair", "Teak.")), 2);
        });
        Assert.Equal(1, (await service.Get(shop.Manager, "catalogue/preview")).Ok["changed"]!.GetValue<int>());
        Assert.Equal(2, (await shop.Publish())["number"]!.GetValue<int>());
        Assert.Equal(document.Text, (await service.Get(shop.Manager, "editions/1/document")).Text);
        Assert.Equal([2, 1], (await service.Get(shop.Member, "editions")).Ok.AsArray().Select(e => e!["number"]!.GetValue<int>()));
        Assert.Equal(HttpStatusCode.NotFound, (await service.Get(shop.Member, "editions/1/document")).Status);
        var other = await Shop.Open(service);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Get(other.Manager, "editions/1")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await service.Post(shop.Member, "editions", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Visit("")).Status);
    }

    [Theory, EachShape]
    public async Task Two_editions_at_once_are_one_after_the_other(Shape shape)
    {
        var service = await marketing.In(shape);
        var shop = await Shop.Open(service);
        var chair = await shop.Approve("TK-12", null, Shop.Content(("en", "Chair", "")));
        var table = await shop.Approve("TK-20", null, Shop.Content(("en", "Table", "")));

        var answers = await Task.WhenAll(
            service.Post(shop.Manager, "editions", new { sheetIds = new[] { chair }, reason = "By turns." }),
            service.Post(shop.Manager, "editions", new { sheetIds = new[] { table }, reason = "By turns." }),
            service.Post(shop.Manager, "editions", new { }));

        Assert.All(answers, answer => answer.Expect(HttpStatusCode.Created));
        Assert.Equal([1, 2, 3], answers.Select(a => a.Json["number"]!.GetValue<int>()).Order());
    }

    [Theory, EachShape]
    public async Task An_item_leaves_by_itself_and_returns_when_what_it_lacked_is_restored(Shape shape)
    {
        var service = await marketing.Fresh(shape);
        var shop = await Shop.Open(service);
        var today = DateOnly.FromDateTime(service.Clock.Now());
        var certificate = await shop.Certify(until: today.AddDays(5));
        await shop.Approve("TK-12", null, Shop.Content(("en", "Chair", "")) with { Certificates = [certificate] });
        await shop.Approve("TK-20", shop.F2, Shop.Content(("en", "Table", "")));
        await shop.Publish();
        await shop.UntilFound("TK-12", "TK-20");

        await shop.Stand(shop.F2, "Suspended", 2);
        await shop.UntilFound("TK-12");
        await shop.Stand(shop.F2, "Probation", 3);
        await shop.UntilFound("TK-12", "TK-20");
        await shop.Confirm(certificate, false);
        await shop.UntilFound("TK-20");
        Assert.Equal(["TK-12 CertificateUnconfirmed"], await Hidden());
        await shop.Confirm(certificate, true);
        await shop.UntilFound("TK-12", "TK-20");

        service.Clock.MoveOn(TimeSpan.FromDays(7));   // no message: the clock is enough
        Assert.Equal(["TK-20"], await shop.Find());
        Assert.Equal(["TK-12 CertificateEnded"], await Hidden());
        await shop.Save(db => db.Certificates.Single(c => c.Id == certificate).ValidUntil = today.AddDays(400));
        await shop.UntilFound("TK-12", "TK-20");
        Assert.Empty(await Hidden());

        async Task<string[]> Hidden() => [.. (await service.Get(shop.Manager, "catalogue/hidden")).Ok["hiddenItems"]!.AsArray()
            .Select(i => $"{i!["productCode"]!.GetValue<string>()} {string.Join(' ', i["because"]!.AsArray().Select(b => b!.GetValue<string>()))}")];
    }

    [Theory, EachShape]
    public async Task The_policy_says_whether_firms_are_named_and_whether_a_licence_is_needed(Shape shape)
    {
        var service = await marketing.In(shape);
        var shop = await Shop.Open(service);
        var certificate = await shop.Certify();
        await shop.Approve("TK-12", null, Shop.Content(("en", "Chair", "")) with { Certificates = [certificate] });
        await shop.Publish();
        await shop.UntilFound("TK-12");
        var slug = (await shop.Visit("/items")).Ok["items"]![0]!["slug"]!.GetValue<string>();
        var secret = (await shop.Visit($"/items/{slug}")).Text;
        Assert.DoesNotContain("Firm One", secret, StringComparison.Ordinal);
        Assert.DoesNotContain("C-4711", secret, StringComparison.Ordinal);   // registers of certificates tell whose it is
        Assert.DoesNotContain(shop.F1.ToString(), secret, StringComparison.Ordinal);

        await Decide(namesFirms: true, needsBrandLicence: false, "\"0\"");
        await Eventually.Holds("the firm is named", async () =>
            (await shop.Visit($"/items/{slug}")).Text is var text && text.Contains("Firm One", StringComparison.Ordinal)
            && text.Contains("C-4711", StringComparison.Ordinal));
        await Decide(namesFirms: true, needsBrandLicence: true, "\"1\"");
        await shop.UntilFound();
        var no = await service.Put(
            shop.Manager, "catalogue/settings", new { languages = new[] { "EN" }, namesFirms = false, needsBrandLicence = false }, "\"2\"");
        Assert.Equal(["languages", "reason"], no.ExpectProblem(400, "INVALID_INPUT").WrongFields);

        async Task Decide(bool namesFirms, bool needsBrandLicence, string tag) => (await service.Put(
            shop.Manager, "catalogue/settings", new
            {
                languages = new[] { "en" }, namesFirms, contact = "sales@x.example", needsBrandLicence, reason = "The assembly, item 2.",
            }, tag)).Expect(HttpStatusCode.OK);
    }

    /// <summary>The manager left a rival's sheet out, or hid all firms, and nobody could tell why.</summary>
    [Theory, EachShape]
    public async Task A_firm_reads_why_its_approved_sheet_is_left_out_and_everybody_who_decided_that_firms_are_named(Shape shape)
    {
        var service = await marketing.In(shape);
        var shop = await Shop.Open(service);
        var manager = shop.Manager;
        var chair = await shop.Approve("TK-12", null, Shop.Content(("en", "Chair", "")));
        var table = await shop.Approve("TK-20", null, Shop.Content(("en", "Table", "")));
        var some = await service.Post(manager, "editions", new { sheetIds = new[] { chair } });
        Assert.Equal(["reason"], some.ExpectProblem(400, "INVALID_INPUT").WrongFields);
        (await service.Post(manager, "editions", new { sheetIds = new[] { chair }, reason = "The photographs are blurred." }))
            .Expect(HttpStatusCode.Created);

        var seen = (await service.Get(shop.Member, $"sheets/{table}")).Ok["leftOut"]!;
        Assert.Equal(
            (1, "The photographs are blurred.", $"{manager.Id}"), (seen["edition"]!.GetValue<int>(), $"{seen["reason"]}", $"{seen["by"]}"));
        Assert.Null((await service.Get(shop.Member, $"sheets/{chair}")).Ok["leftOut"]);
        (await service.Post(manager, "editions", new { sheetIds = new[] { chair, table } })).Expect(HttpStatusCode.Created);
        Assert.Null((await service.Get(shop.Member, $"sheets/{table}")).Ok["leftOut"]);

        var policy = new { languages = new[] { "en" }, namesFirms = true, needsBrandLicence = false, reason = "The assembly, item 2." };
        (await service.Put(manager, "catalogue/settings", policy, "\"0\"")).Expect(HttpStatusCode.OK);
        var later = new { policy.languages, policy.namesFirms, policy.needsBrandLicence, contact = "sales@x.example" };
        (await service.Put(manager, "catalogue/settings", later, "\"1\"")).Expect(HttpStatusCode.OK);
        var read = (await service.Get(shop.Member, "catalogue/settings")).Ok;
        Assert.Equal(("The assembly, item 2.", $"{manager.Id}"), ($"{read["decidedBecause"]}", $"{read["decidedBy"]}"));
    }

    [Theory, EachShape]
    public async Task A_licence_for_all_products_shows_none_whose_own_licence_is_suspended(Shape shape)
    {
        var service = await marketing.In(shape);
        var shop = await OfChairAndTable(service);
        await shop.Save(db => db.AddRange(
            Licence(null, LicenceState.Active), Licence("TK-12", LicenceState.Suspended), Licence("TK-20", LicenceState.Withdrawn),
            Licence("TK-20", LicenceState.Suspended, new(2021, 1, 1))));   // it would be over

        var settings = new { languages = new[] { "en" }, namesFirms = false, needsBrandLicence = true, reason = "The assembly, item 2." };
        (await service.Put(shop.Manager, "catalogue/settings", settings, "\"0\"")).Expect(HttpStatusCode.OK);

        await shop.UntilFound("TK-20");

        BrandLicence Licence(string? product, LicenceState state, DateOnly? until = null) => new()
        {
            Id = Guid.CreateVersion7(), ConsortiumId = shop.Id, MemberId = shop.F1, ProductCode = product, RegulationVersion = 1,
            From = new(2020, 1, 1), Until = until, State = state, Version = 1,
        };
    }

    [Theory, EachShape]
    public async Task A_certificate_that_is_not_confirmed_makes_nobody_work_out_the_catalogue(Shape shape)
    {
        var service = await marketing.In(shape);
        var shop = await Shop.Open(service);
        var id = await shop.Certify(confirmed: false);
        await using var db = service.Data.Open<MarketingDb>();
        var certificate = await db.Certificates.SingleAsync(c => c.Id == id);
        foreach (var number in (string[])["C-1", "C-2"])
        {
            certificate.Change(new("FSC", number, "SGS", certificate.ValidFrom, certificate.ValidUntil));
            await db.SaveChangesAsync();
        }

        Assert.Empty(db.Outbox.Local);
        Assert.Null(certificate.Confirm(Guid.CreateVersion7(), service.Clock.Now()));
        await db.SaveChangesAsync();
        Assert.Single(db.Outbox.Local);
        certificate.Change(new("FSC", "C-3", "SGS", certificate.ValidFrom, certificate.ValidUntil));
        await db.SaveChangesAsync();
        Assert.Equal(2, db.Outbox.Local.Count);
    }

    [Theory, EachShape]
    public async Task What_is_lost_of_the_published_catalogue_is_built_again(Shape shape)
    {
        var service = await marketing.In(shape);
        var shop = await OfChairAndTable(service);
        await using (var db = service.Data.Open<MarketingDb>())
        {
            db.RemoveRange(db.PublishedItems.Where(i => i.ConsortiumId == shop.Id && i.SortName == "chair"));
            db.RemoveRange(db.PublishedWords.Where(i => i.ConsortiumId == shop.Id && i.Word == "chair"));
            await db.SaveChangesAsync();
        }

        Assert.Equal(["TK-20"], await shop.Find());
        Assert.Equal((2, 1, 0), Figures((await service.Post(shop.Manager, "catalogue/rebuild")).Ok));
        Assert.Equal(["TK-12"], await shop.Find("?words=chair"));
        Assert.Equal((2, 0, 0), Figures((await service.Post(shop.Manager, "catalogue/rebuild")).Ok));

        static (int, int, int) Figures(JsonNode rebuilt) =>
            (rebuilt["items"]!.GetValue<int>(), rebuilt["added"]!.GetValue<int>(), rebuilt["changed"]!.GetValue<int>());
    }

    [Theory, EachShape]
    public async Task The_public_downloads_files_without_formulas_and_prices(Shape shape)
    {
        var service = await marketing.In(shape);
        var shop = await Shop.Open(service);
        await shop.Approve("TK-12", null, Shop.Content(("en", "=HYPERLINK(\"http://evil\")", "$=1+1"), ("lo", "ຕັ່ງ", "+1")) with
        {
            HsCode = "940169", Origin = "LA", MinimumOrder = 50, LeadTimeDays = 30, Size = new(500, 450, 900, 6200),
            Pack = new(2, 600, 500, 950, 14_000),
            Attributes = new Dictionary<string, string> { ["wood"] = "teak" },
        });
        await shop.Publish();
        await shop.UntilFound("TK-12");

        var csv = await shop.Visit("/file?format=Csv");
        Assert.Contains("\"'=HYPERLINK(\"\"http://evil\"\")\",'$=1+1,", csv.Text, StringComparison.Ordinal);
        Assert.Contains("ຕັ່ງ,'+1,", (await shop.Visit("/file?format=Csv&language=lo")).Text, StringComparison.Ordinal);
        var xlsx = await service.Client.GetByteArrayAsync($"/api/marketing/public/{shop.Code}/file?format=Xlsx");
        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(xlsx));
        foreach (var entry in zip.Entries)
        {
            using var text = new StreamReader(entry.Open());
            Assert.DoesNotMatch("<([a-z]+:)?f[ >/]", await text.ReadToEndAsync());
        }

        var ubl = System.Xml.Linq.XDocument.Parse((await shop.Visit("/file")).Text.TrimStart('\uFEFF'));
        var item = ubl.Descendants().Single(e => e.Name.LocalName == "Item");
        Assert.Equal(
            ["Description", "PackQuantity", "PackSizeNumeric", "Name", "Keyword", "SellersItemIdentification", "OriginCountry",
                "CommodityClassification", "AdditionalItemProperty", "Dimension", "Dimension", "Dimension", "Dimension"],
            item.Elements().Select(e => e.Name.LocalName));
        Assert.Equal("LA", item.Descendants().Single(e => e.Name.LocalName == "IdentificationCode").Value);
        Assert.DoesNotContain(ubl.Descendants(), e => e.Name.LocalName.Contains("Price", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Visit("/file?format=Pdf")).Status);
    }

    private static async Task<Shop> OfChairAndTable(RunningService service)
    {
        var shop = await Shop.Open(service);
        await shop.Approve("TK-12", null, Shop.Content(("en", "Chair", "")));
        await shop.Approve("TK-20", null, Shop.Content(("en", "Table", "")));
        await shop.Publish();
        await shop.UntilFound("TK-12", "TK-20");
        return shop;
    }
}
