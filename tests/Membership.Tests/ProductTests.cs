using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Tests;

public sealed class ProductTests(Installations installations)
{
    [Theory, EachShape]
    public async Task The_manager_keeps_the_list_and_everybody_in_the_consortium_reads_it(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var user = await (await vtf.Admit()).OpenUser();
        var chair = new { code = "TK-12", name = "Garden chair", family = "chairs", unit = "C62", conversions = new[] { Worth("DZN", 12) } };

        var added = (await vtf.Manager.Post("products", chair)).Expect(HttpStatusCode.Created);
        Assert.Equal((1, "C62", false), (added["version"]!.GetValue<int>(), added["unit"]!.GetValue<string>(), added["retired"]!.GetValue<bool>()));
        (await vtf.Manager.Post("products", chair)).ExpectProblem(409, "CODE_TAKEN");
        (await user.Post("products", chair)).ExpectProblem(403, "NOT_ALLOWED");
        var change = new { name = "Armchair", family = "armchairs", unit = "C62", conversions = new[] { Worth("DZN", 12), Worth("PR", 2) } };
        (await vtf.Manager.Put("products/TK-12", change)).ExpectProblem(428, "IF_MATCH_REQUIRED");
        (await vtf.Manager.Put("products/TK-12", change, "\"7\"")).ExpectProblem(412, "STALE_VERSION");
        (await vtf.Manager.Put("products/TK-13", change, "\"1\"")).ExpectProblem(404, "NOT_FOUND");
        (await user.Put("products/TK-12", change, "\"1\"")).ExpectProblem(404, "NOT_FOUND");
        Assert.Equal("\"2\"", (await vtf.Manager.Put("products/TK-12", change, (await user.Get("products/TK-12")).ETag)).ETag);
        (await vtf.Manager.Post("products/TK-12/retirement")).Expect(HttpStatusCode.OK);
        (await vtf.Manager.Post("products/TK-12/retirement")).ExpectProblem(409, "ALREADY_DECIDED");
        (await vtf.Manager.Send(HttpMethod.Delete, "products/TK-12/retirement", null)).Expect(HttpStatusCode.OK);
        (await vtf.Manager.Send(HttpMethod.Delete, "products/TK-12/retirement", null)).ExpectProblem(409, "ALREADY_DECIDED");

        await installation.UntilPublished<ProductListed>(p => p.ConsortiumId == vtf.Id && p.Version == 4);
        Assert.Equal(
            [("Garden chair", "chairs", 1, false, 1L), ("Armchair", "armchairs", 2, false, 2), ("Armchair", "armchairs", 2, true, 3),
                ("Armchair", "armchairs", 2, false, 4)],
            installation.Published<ProductListed>(p => p.ConsortiumId == vtf.Id).OrderBy(p => p.Version)
                .Select(p => (p.ProductName, p.ProductFamily, p.Conversions.Count, p.Retired, p.Version)));
        await vtf.List("tables", "AA-01");
        Assert.Equal(["AA-01", "TK-12"], Codes(await user.Get("products")));
        Assert.Equal(["TK-12"], Codes(await user.Get("products?skip=1&take=5")));
        Assert.Equal(["TK-12"], Codes(await user.Get("products?family=armchairs")));
        Assert.Empty(Codes(await vtf.Manager.Get("products?contradicted=true")));
    }

    [Theory, EachShape]
    public async Task Every_wrong_field_of_a_product_is_named(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        object[] conversions =
        [
            Worth("KGM", 1000), Worth("KGM", 1000), Worth("GRM", 1), Worth("Dozen", 12), Worth("TNE", 0), Worth("LBR", 45_359_237, 0),
            Worth("ONZ", 1_000_000_000_001),
        ];

        var no = await vtf.Manager.Post("products", new { code = "A B", name = "", family = "*", unit = "GRM", conversions });

        Assert.Equal(
            [
                "code", "conversions[1].unit", "conversions[2].unit", "conversions[3].unit", "conversions[4].numerator",
                "conversions[5].denominator", "conversions[6].numerator", "family", "name",
            ],
            no.ExpectProblem(400, "INVALID_INPUT").WrongFields);
        var small = await vtf.Manager.Post("products", new { code = "RB-01", name = "Rubber", family = "rubber", unit = "kgm" });
        Assert.Equal(["unit"], small.ExpectProblem(400, "INVALID_INPUT").WrongFields);
        Assert.Contains("there is KGM", small.Text, StringComparison.Ordinal);
        var many = Enumerable.Repeat(Worth("DZN", 12), 51);
        Assert.Contains("conversions", (await vtf.Manager.Post("products",
            new { code = "P", name = "P", family = "p", unit = "C62", conversions = many })).ExpectProblem(400, "INVALID_INPUT").WrongFields);
        Assert.Empty(Codes(await vtf.Manager.Get("products")));
    }

    [Theory, EachShape]
    public async Task A_family_has_one_unit_and_capacity_keeps_it(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        var firm = await vtf.Admit();
        await vtf.List("rubber", "RB-01", "GRM");

        (await vtf.Manager.Post("products", Rubber("RB-02", "KGM"))).ExpectProblem(409, "FAMILY_UNIT");
        (await vtf.Manager.Put("products/RB-01", Rubber(null, "KGM"), "\"1\"")).Expect(HttpStatusCode.OK);
        (await Declare(5)).Expect(HttpStatusCode.OK);
        var no = (await vtf.Manager.Put("products/RB-01", Rubber(null, "GRM"), "\"2\"")).ExpectProblem(409, "CAPACITY_DECLARED");
        Assert.Contains("KGM", no.Text, StringComparison.Ordinal);
        var inKilograms = (await Declare(0)).Expect(HttpStatusCode.OK);
        (await vtf.Manager.Put("products/RB-01", Rubber(null, "GRM"), "\"2\"")).Expect(HttpStatusCode.OK);
        // What is reserved in kilograms must not count as grams: in the new unit it is another declaration.
        var inGrams = (await Declare(7000)).Expect(HttpStatusCode.OK);
        Assert.Equal(("GRM", 1), (inGrams["unit"]!.GetValue<string>(), inGrams["version"]!.GetValue<int>()));
        Assert.NotEqual(inKilograms["id"]!.GetValue<string>(), inGrams["id"]!.GetValue<string>());
        Assert.Single((await vtf.Manager.Get("capacity-declarations")).Json.AsArray());

        var answers = await Task.WhenAll(
            vtf.Manager.Post("products", Lamp("L-1", "C62")), vtf.Manager.Post("products", Lamp("L-2", "SET")),
            vtf.Manager.Post("products", Lamp("L-3", "PR")));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Equal(2, answers.Count(a => a.Code == "FAMILY_UNIT"));

        static object Rubber(string? code, string unit) => code is null
            ? new { name = "Rubber", family = "rubber", unit }
            : new { code, name = "Rubber", family = "rubber", unit };
        static object Lamp(string code, string unit) => new { code, name = "Lamp", family = "lamps", unit };
        Task<Answer> Declare(long quantity) => vtf.Manager.Post(
            "capacity-declarations", new { memberId = firm.Id, productFamily = "rubber", from = "2026-01-01", to = "2999-01-01", quantity });
    }

    [Theory, EachShape]
    public async Task A_change_of_the_unit_and_declarations_at_the_same_moment_agree(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        Firm[] firms = [await vtf.Admit(), await vtf.Admit(), await vtf.Admit()];
        for (var round = 1; round <= 12; round++)
        {
            var (family, code) = ($"family {round}", $"P-{round}");
            await vtf.List(family, code, "GRM");
            var change = vtf.Manager.Put($"products/{code}", new { name = "Rubber", family, unit = "KGM" }, "\"1\"");
            var declarations = await Task.WhenAll(firms.Select((firm, i) => i == 0
                ? vtf.Manager.Upload($"member;family;from;to;quantity\n{firm.Code};{family};2026-01-01;2999-01-01;5\n")
                : vtf.Manager.Post(
                    "capacity-declarations",
                    new { memberId = firm.Id, productFamily = family, from = "2026-01-01", to = "2999-01-01", quantity = 5 })));

            Assert.True((await change) is { Status: HttpStatusCode.OK } or { Code: "CAPACITY_DECLARED" }, (await change).Text);
            Assert.All(declarations, declared => declared.Expect(HttpStatusCode.OK));
            var unit = (await vtf.Manager.Get($"products/{code}")).Json["unit"]!.GetValue<string>();
            var declared = (await vtf.Manager.Get($"capacity-declarations?productFamily={Uri.EscapeDataString(family)}")).Json.AsArray();
            Assert.Equal(Enumerable.Repeat(unit, 3), declared.Select(d => d!["unit"]!.GetValue<string>()));
        }
    }

    [Theory, EachShape]
    public async Task Contradictions_are_shown_to_the_clean_team_until_the_manager_has_decided(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var (firm, auditor) = (await vtf.Admit(), await vtf.Open("Auditor"));
        var user = await firm.OpenUser();
        await vtf.List("chairs", "TK-12");
        var consortium = shape == Shape.Embedded ? $"{vtf.Id}".ToUpperInvariant() : $"{vtf.Id}";
        var said = $$$"""[{{"MemberId":"{{{firm.Id}}}","ProductName":"Chair","ProductFamily":"aaa"}}]""";
        await installation.Tamper(
            $"""UPDATE "Products" SET "Contradictions" = '{said}' WHERE "Code" = 'TK-12' AND "ConsortiumId" = '{consortium}'""");

        foreach (var reader in (User[])[vtf.Manager, auditor])
        {
            var shown = Assert.Single((await reader.Get("products?contradicted=true")).Json.AsArray());
            Assert.Equal("aaa", shown!["contradictions"]![0]!["productFamily"]!.GetValue<string>());
        }

        Assert.Empty(Codes(await user.Get("products?contradicted=true")));
        Assert.DoesNotContain("aaa", (await user.Get("products/TK-12")).Text, StringComparison.Ordinal);
        (await vtf.Manager.Put("products/TK-12", new { name = "Chair", family = "chairs", unit = "C62" }, "\"1\"")).Expect(HttpStatusCode.OK);
        Assert.Empty(Codes(await vtf.Manager.Get("products?contradicted=true")));
    }

    private static object Worth(string unit, long numerator, long denominator = 1) => new { unit, numerator, denominator };

    private static IEnumerable<string> Codes(Answer answer) =>
        answer.Expect(HttpStatusCode.OK).AsArray().Select(p => p!["code"]!.GetValue<string>());
}
