using ExportConsortia.Marketing.Tests.Sheets;

namespace ExportConsortia.Marketing.Tests.Markets;

public sealed class MarketTests(MarketingServices services)
{
    [Theory, EachShape]
    public async Task A_sheet_says_what_it_lacks_for_each_market(Shape shape)
    {
        var service = await services.In(shape);
        var firms = await Exhibitors.In(service);
        (await service.Put(firms.Manager, "home-market", new { countries = new[] { "LA" } }, "\"0\"")).Expect(HttpStatusCode.OK);
        await service.Put(firms.Manager, "markets/la", new { }, "\"0\"").IsRefused("HOME_MARKET");
        (await service.Put(firms.Manager, "markets/DE", new { wanted = new object[]
        {
            new { kind = "FSC", productFamily = "chairs" }, new { kind = "CE", productFamily = "lamps" }, new { kind = "BSCI" },
        } }, "\"0\"")).Expect(HttpStatusCode.OK);
        (await service.Put(firms.Manager, "markets/FR", new { note = "No certificates wanted." }, "\"0\"")).Expect(HttpStatusCode.OK);
        var fsc = (await service.Post(firms.First, "certificates", new
        {
            kind = "fsc", number = "1", issuer = "CU", validFrom = "2020-01-01", validUntil = "2099-12-31",
        })).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        await Save([], null);

        Assert.Equal(("True", "DE False FSC NotOnSheet,BSCI Missing; FR False "), await Read());
        await Save([fsc], "940169");
        Assert.Equal(("False", "DE False FSC Unconfirmed,BSCI Missing; FR True "), await Read());
        (await service.Send(firms.Manager, HttpMethod.Post, $"certificates/{fsc}/confirmation", null, ("If-Match", "\"1\"")))
            .Expect(HttpStatusCode.OK);
        Assert.Equal(("False", "DE False BSCI Missing; FR True "), await Read());
        await service.Get(firms.Second, "sheets/TK-12/market-access").IsNotFound();
        Assert.Single((await service.Get(firms.Manager, "sheets/TK-12/market-access")).Ok.AsArray());

        async Task Save(Guid[] certificates, string? hsCode)
        {
            var tag = (await service.Get(firms.First, "sheets?productCode=TK-12")).Ok["sheets"]!.AsArray() is [{ } row, ..]
                ? $"\"{(await service.Get(firms.First, $"sheets/{row["id"]}")).Ok["version"]}\"" : null;
            var texts = new { en = new { name = "Chair", text = "Teak." } };
            Assert.True((await firms.Save(firms.First, "TK-12", new { texts, certificates, hsCode }, tag)).Status is HttpStatusCode.OK
                or HttpStatusCode.Created);
        }

        async Task<(string, string)> Read()
        {
            var access = Assert.Single((await service.Get(firms.First, "sheets/TK-12/market-access")).Ok.AsArray())!;
            return ($"{access["hsCodeMissing"]!.GetValue<bool>()}", string.Join("; ", access["markets"]!.AsArray().Select(market =>
            {
                var lacks = string.Join(',', market!["lacks"]!.AsArray().Select(l => $"{l!["kind"]} {l["why"]}"));
                return $"{market["country"]} {market["ready"]!.GetValue<bool>()} {lacks}";
            })));
        }
    }

    [Theory, EachShape]
    public async Task Every_firm_reads_the_studies(Shape shape)
    {
        var service = await services.In(shape);
        var firms = await Exhibitors.In(service);
        (await service.Put(firms.Manager, "markets/DE", new { }, "\"0\"")).Expect(HttpStatusCode.OK);
        await service.Post(firms.Manager, "markets/DE/studies", new { title = "T", text = "T", link = "javascript:alert(1)" })
            .IsRefused("INVALID_INPUT", 400);
        var study = (await service.Post(firms.Manager, "markets/DE/studies", new { title = "Garden furniture", text = "Imports grew." }))
            .Expect(HttpStatusCode.Created);

        Assert.Equal("Imports grew.", (await service.Get(firms.Idle, "markets/de")).Ok["studies"]![0]!["text"]!.GetValue<string>());
        var other = await Exhibitors.In(service);
        await service.Get(other.Manager, "markets/DE").IsNotFound();
        await service.Send(other.Manager, HttpMethod.Delete, $"market-studies/{study["id"]}").IsNotFound();
        await service.Send(firms.Manager, HttpMethod.Delete, "markets/DE").IsRefused("HAS_STUDIES");
    }
}
