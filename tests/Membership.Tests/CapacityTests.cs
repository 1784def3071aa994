using System.Globalization;
using ExportConsortia.Contracts;
using ExportConsortia.Membership.Capacity;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Membership.Tests;

public sealed class CapacityTests(Installations installations)
{
    [Theory, EachShape]
    public async Task The_same_period_again_replaces_the_quantity(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.FoundListing("chairs", "tables", "beds", "lamps");
        var firm = await vtf.Admit();
        var user = await firm.OpenUser();

        var first = (await Declare(user, "2026-09-01", "2026-10-01", 1200)).Expect(HttpStatusCode.OK);
        var second = (await Declare(vtf.Manager, "2026-09-01", "2026-10-01", 800, firm.Id)).Expect(HttpStatusCode.OK);

        Assert.Equal(first["id"]!.GetValue<string>(), second["id"]!.GetValue<string>());
        var published = await installation.UntilPublished<CapacityDeclared>(c => c.ConsortiumId == vtf.Id && c.Version == 2);
        Assert.Equal(
            (firm.Id, "chairs", new DateOnly(2026, 9, 1), new DateOnly(2026, 10, 1), 800L),
            (published.MemberId, published.ProductFamily, published.From, published.To, published.Quantity));
        await Eventually.Holds("the firm sees who declared in its name", async () => (await user.Get("traces")).Json["traces"]!.AsArray().Any(t =>
            $"{t!["what"]}" == "CAPACITY_DECLARED_FOR_FIRM" && t["authorId"]!.GetValue<Guid>() == vtf.Manager.Id));
        Assert.Equal(800, Assert.Single((await user.Get("capacity-declarations")).Json.AsArray())!["quantity"]!.GetValue<long>());
    }

    [Theory, EachShape]
    public async Task Periods_of_a_family_dont_overlap_but_may_touch(Shape shape)
    {
        var vtf = await (await installations.In(shape)).FoundListing("chairs", "tables", "beds", "lamps");
        var user = await (await vtf.Admit()).OpenUser();

        (await Declare(user, "2026-09-01", "2026-10-01", 1)).Expect(HttpStatusCode.OK);
        (await Declare(user, "2026-10-01", "2026-11-01", 1)).Expect(HttpStatusCode.OK);
        (await Declare(user, "2026-09-30", "2026-10-01", 1)).ExpectProblem(409, "PERIOD_OVERLAP");
        (await Declare(user, "2026-08-01", "2026-12-01", 1)).ExpectProblem(409, "PERIOD_OVERLAP");
        (await Declare(user, "2026-09-15", "2026-09-20", 1, family: "tables")).Expect(HttpStatusCode.OK);
        var wrong = await Declare(user, "2026-10-01", "2026-10-01", -1, family: "");
        Assert.Equal(["productFamily", "quantity", "to"], wrong.ExpectProblem(400, "INVALID_INPUT").WrongFields);
        Assert.Equal(["memberId"], (await Declare(vtf.Manager, "2026-09-01", "2026-10-01", 1)).WrongFields);
        Assert.Equal(2, (await user.Get("capacity-declarations?endsAfter=2026-09-20")).Json.AsArray().Count);
    }

    [Theory, EachShape]
    public async Task Of_simultaneous_overlapping_periods_one_is_accepted(Shape shape)
    {
        var vtf = await (await installations.In(shape)).FoundListing("chairs", "tables", "beds", "lamps");
        var user = await (await vtf.Admit()).OpenUser();

        var answers = await Task.WhenAll(Enumerable.Range(1, 9).Select(day => Declare(user, $"2026-09-0{day}", "2026-10-01", 1)));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal(8, answers.Count(a => a.Code == "PERIOD_OVERLAP"));
    }

    [Theory, EachShape]
    public async Task A_file_can_be_tried_uploaded_and_uploaded_again_without_effect(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.FoundListing("chairs", "tables", "beds", "lamps");
        var (f1, f2) = (await vtf.Admit("F1"), await vtf.Admit("F2"));
        const string File = "member;family;from;to;quantity\r\nF1;chairs;2026-09-01;2026-10-01;1200\r\nF2;\"chairs\";2026-09-01;2026-10-01;800\r\n";

        Assert.Equal((2, 2, 0, 0, 0, true), Did(await vtf.Manager.Upload(File, "?dryRun=true")));
        Assert.Empty((await vtf.Manager.Get("capacity-declarations")).Json.AsArray());
        Assert.Equal((2, 2, 0, 0, 0, false), Did(await vtf.Manager.Upload(File)));
        await installation.UntilPublished<CapacitiesDeclared>(c => Periods(c, f2).Any(p => p.Quantity == 800));
        Assert.Equal((2, 0, 0, 0, 2, false), Did(await vtf.Manager.Upload(File)));
        Assert.Equal((2, 0, 1, 0, 1, false), Did(await vtf.Manager.Upload(File.Replace("1200", "1300", StringComparison.Ordinal))));
        Assert.Equal((2, 0, 0, 2, 0, false), Did(await vtf.Manager.Upload(File.Replace("1200", "1300", StringComparison.Ordinal), "?renew=true")));

        await installation.UntilPublished<CapacitiesDeclared>(c =>
            Periods(c, f2).Any(p => p.Version == 2) && Periods(c, f1).Any(p => p.Version == 3));
        Assert.Equal(
            [(1200L, 1L), (1300, 2), (1300, 3)],
            installation.Published<CapacitiesDeclared>(c => c.ConsortiumId == vtf.Id).SelectMany(c => Periods(c, f1))
                .Select(p => (p.Quantity, p.Version)));

        static IEnumerable<PeriodCapacity> Periods(CapacitiesDeclared c, Firm firm) =>
            c.Families.Where(f => f.MemberId == firm.Id).SelectMany(f => f.Periods);
    }

    [Theory, EachShape]
    public async Task A_firm_declares_a_family_so_often_and_periods_that_are_over_make_room(Shape shape)
    {
        await using var installation = await installations.Fresh(shape, ("Membership:DeclarationsPerFamily", "3"));
        var vtf = await installation.FoundListing("chairs", "tables");
        var user = await (await vtf.Admit("F1")).OpenUser();
        var thisYear = installation.Clock.Now().Year;

        (await user.Upload($"family;from;to;quantity\n{Year(-3)}{Year(1)}{Year(2)}")).Expect(HttpStatusCode.OK);
        var wrong = (await user.Upload($"family;from;to;quantity\n{Year(3)}{Year(4)}")).ExpectProblem(400, "INVALID_ROWS");
        Assert.Equal("family", Assert.Single(wrong.Json["rows"]!.AsArray())!["column"]!.GetValue<string>());

        // The year that is over goes; the next one finds nothing that may.
        (await Declare(user, $"{thisYear + 3}-01-01", $"{thisYear + 4}-01-01", 1)).Expect(HttpStatusCode.OK);
        Assert.Equal(
            [thisYear + 1, thisYear + 2, thisYear + 3],
            (await user.Get("capacity-declarations")).Json.AsArray()
                .Select(d => DateOnly.Parse(d!["from"]!.GetValue<string>(), CultureInfo.InvariantCulture).Year));
        (await Declare(user, $"{thisYear + 4}-01-01", $"{thisYear + 5}-01-01", 1)).ExpectProblem(409, "DECLARATION_LIMIT");
        (await Declare(user, $"{thisYear + 1}-01-01", $"{thisYear + 2}-01-01", 7)).Expect(HttpStatusCode.OK);
        (await Declare(user, $"{thisYear + 4}-01-01", $"{thisYear + 5}-01-01", 1, family: "tables")).Expect(HttpStatusCode.OK);

        string Year(int from) => $"chairs;{thisYear + from}-01-01;{thisYear + from + 1}-01-01;5\n";
    }

    [Theory, EachShape]
    public async Task Every_wrong_cell_is_named_and_nothing_is_stored(Shape shape)
    {
        var vtf = await (await installations.In(shape)).FoundListing("chairs", "tables", "beds", "lamps");
        await vtf.Admit("F1");
        (await vtf.Manager.Upload("member,family,from,to,quantity\nF1,beds,2026-01-01,2026-02-01,5")).Expect(HttpStatusCode.OK);

        var no = await vtf.Manager.Upload(
            """
            member;family;from;to;quantity
            F1;chairs;2026-09-01;2026-10-01;1200
            F9;chairs;2026-09-01;2026-10-01;1200
            F1;;01.09.2026;2026-10-01;1.200
            F1;tables;2026-10-01;2026-09-01;-5
            F1;chairs;2026-09-01;2026-10-01;7
            F1;chairs;2026-09-15;2026-11-01;7
            F1;beds;2026-01-15;2026-03-01;7
            F1;lamps;2026-01-15
            """);

        no.ExpectProblem(400, "INVALID_ROWS");
        Assert.Equal(
            ["3 member", "4 family", "4 from", "4 quantity", "5 to", "5 quantity", "6 from", "7 from", "8 from", "9 "],
            no.Json["rows"]!.AsArray().Select(e => $"{e!["row"]} {e["column"]}"));
        Assert.All(no.Json["rows"]!.AsArray(), e => Assert.EndsWith(".", e!["sentence"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Single((await vtf.Manager.Get("capacity-declarations")).Json.AsArray());
    }

    [Theory, EachShape]
    public async Task Capacity_is_declared_for_a_listed_family_in_its_unit(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.FoundListing("chairs");
        await vtf.List("rubber", unit: "GRM");
        var user = await (await vtf.Admit("F1")).OpenUser();

        Assert.Equal(["productFamily"], (await Declare(user, "2026-09-01", "2026-10-01", 5, family: "masks")).WrongFields);
        var kilograms = await user.Post(
            "capacity-declarations", new { productFamily = "rubber", from = "2026-09-01", to = "2026-10-01", quantity = 5, unit = "KGM" });
        Assert.Equal(["unit"], kilograms.ExpectProblem(400, "INVALID_INPUT").WrongFields);
        Assert.Contains("GRM", kilograms.Text, StringComparison.Ordinal);
        var declared = (await Declare(user, "2026-09-01", "2026-10-01", 5, family: "rubber")).Expect(HttpStatusCode.OK);
        Assert.Equal("GRM", declared["unit"]!.GetValue<string>());

        var no = await user.Upload(
            "family;from;to;quantity;unit\nrubber;2026-10-01;2026-11-01;7;KGM\nmasks;2026-10-01;2026-11-01;7;\nchairs;2026-10-01;2026-11-01;7;c62\n");
        Assert.Equal(
            ["2 unit", "3 family", "4 unit"],
            no.ExpectProblem(400, "INVALID_ROWS").Json["rows"]!.AsArray().Select(e => $"{e!["row"]} {e["column"]}"));
        Assert.Equal(
            (2, 2, 0, 0, 0, false),
            Did(await user.Upload("family;from;to;quantity;unit\nrubber;2026-10-01;2026-11-01;7000000;GRM\nchairs;2026-10-01;2026-11-01;7;\n")));
        var published = await installation.UntilPublished<CapacitiesDeclared>(c => c.ConsortiumId == vtf.Id);
        Assert.Equal(
            ("GRM", 7_000_000L),
            Assert.Single(published.Families.Where(f => f.ProductFamily == "rubber").Select(f => (f.Unit, f.Periods[0].Quantity))));
    }

    [Theory, EachShape]
    public async Task A_file_with_wrong_columns_says_which(Shape shape)
    {
        var vtf = await (await installations.In(shape)).FoundListing("chairs", "tables", "beds", "lamps");
        var user = await (await vtf.Admit("F1")).OpenUser();

        Assert.Equal(["member"], await Wrong(vtf.Manager, "family;from;to;quantity\n"));
        Assert.Equal(["from", "since"], await Wrong(user, "family;since;to;quantity\nchairs;2026-09-01;2026-10-01;5\n"));
        Assert.Equal([""], await Wrong(user, ""));
        (await user.Upload("family,from,to,quantity\nchairs,2026-09-01,2026-10-01,5\n")).Expect(HttpStatusCode.OK);

        static async Task<IEnumerable<string>> Wrong(User by, string csv) =>
            (await by.Upload(csv)).ExpectProblem(400, "INVALID_ROWS").Json["rows"]!.AsArray().Select(e => e!["column"]!.GetValue<string>());
    }

    [Theory, EachShape]
    public async Task A_firms_user_can_upload_only_for_its_own_firm(Shape shape)
    {
        var vtf = await (await installations.In(shape)).FoundListing("chairs", "tables", "beds", "lamps");
        var user = await (await vtf.Admit("F1")).OpenUser();
        await vtf.Admit("F2");

        var foreign = await user.Upload("member;family;from;to;quantity\nF2;chairs;2026-09-01;2026-10-01;5\n");
        var unknown = await user.Upload("member;family;from;to;quantity\nF3;chairs;2026-09-01;2026-10-01;5\n");

        Assert.Equal(
            unknown.ExpectProblem(400, "INVALID_ROWS").Json["rows"]!.ToJsonString(),
            foreign.ExpectProblem(400, "INVALID_ROWS").Json["rows"]!.ToJsonString().Replace("F2", "F3", StringComparison.Ordinal));
        (await user.Upload("member;family;from;to;quantity\nF1;chairs;2026-09-01;2026-10-01;5\n")).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task A_file_must_be_UTF_8_with_or_without_a_byte_order_mark(Shape shape)
    {
        var vtf = await (await installations.In(shape)).FoundListing("เก้าอี้ é");
        var user = await (await vtf.Admit("F1")).OpenUser();
        const string File = "family;from;to;quantity\nเก้าอี้ é;2026-09-01;2026-10-01;5\n";

        (await user.Upload(Encoding.Latin1.GetBytes("family;from;to;quantity\nétagères;2026-09-01;2026-10-01;5\n")))
            .ExpectProblem(400, "WRONG_ENCODING");
        (await user.Upload([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(File)])).ExpectProblem(400, "WRONG_ENCODING");
        Assert.Equal((1, 1, 0, 0, 0, false), Did(await user.Upload([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(File)])));
        Assert.Equal((1, 0, 0, 0, 1, false), Did(await user.Upload(File)));
        Assert.Equal("เก้าอี้ é", (await user.Get("capacity-declarations")).Json[0]!["productFamily"]!.GetValue<string>());
    }

    [Theory, EachShape]
    public async Task A_large_file_is_accepted_and_a_larger_one_refused(Shape shape)
    {
        await using var installation = await installations.Fresh(shape);
        var families = Enumerable.Range(0, 125).Select(i => $"f{i}").ToArray();
        var vtf = await installation.FoundListing(families);
        var firm = await vtf.Admit("F1");
        var (user, other) = (await firm.OpenUser(), await firm.OpenUser());

        // Others sign in meanwhile: they waited half a minute when each row was a statement and a message. How long they wait depends on what else
        // the machine does, so the benchmark "load" measures it; here statements and messages are counted.
        var uploading = user.Upload(FileOf(100_000, families));
        do
        {
            await installation.SignIn(other.Email);
        }
        while (!uploading.IsCompleted);
        Assert.Equal((100_000, 100_000, 0, 0, 0, false), Did(await uploading));
        if (shape == Shape.Distributed)
        {
            await using var db = installation.Data.Open<MembershipDb>();
            const string Statements = """SELECT count(DISTINCT (xmin::text, cmin::text))::int AS "Value" FROM "CapacityDeclarations" """;
            Assert.InRange(await db.Database.SqlQueryRaw<int>(Statements).SingleAsync(), 1, 10);
        }

        Assert.Equal((100_000, 0, 0, 0, 100_000, false), Did(await user.Upload(FileOf(100_000, families))));
        await Eventually.Holds("it is published in a few messages", () =>
            installation.Published<CapacitiesDeclared>(c => c.ConsortiumId == vtf.Id).Sum(c => c.Families.Sum(f => f.Periods.Count)) == 100_000);
        Assert.Equal(20, installation.Published<CapacitiesDeclared>(c => c.ConsortiumId == vtf.Id).Count);
        (await user.Upload(FileOf(801, families[0]))).ExpectProblem(400, "INVALID_ROWS");
        (await user.Upload(FileOf(CapacityFile.MostRows + 1))).ExpectProblem(400, "INVALID_ROWS");
        (await user.Upload(new byte[CapacityFile.LongestBytes + 1])).ExpectProblem(413, "TOO_LARGE");
    }

    [Fact]
    public void A_file_has_at_most_a_hundred_thousand_rows()
    {
        Assert.Empty(CapacityFile.Read(FileOf(100_000), memberNeeded: false).Errors);
        Assert.Equal(100_002, Assert.Single(CapacityFile.Read(FileOf(100_001), memberNeeded: false).Errors).Row);
    }

    private static string FileOf(int rows, params string[] families)
    {
        var file = new StringBuilder("family;from;to;quantity\n");
        for (var i = 0; i < rows; i++)
        {
            var perFamily = rows / Math.Max(1, families.Length);
            var (family, day) = families.Length == 0 ? ("chairs", new DateOnly(1900, 1, 1).AddDays(i))
                : (families[i / perFamily], new DateOnly(2027, 1, 1).AddDays(i % perFamily));
            file.Append(CultureInfo.InvariantCulture, $"{family};{day:yyyy-MM-dd};{day.AddDays(1):yyyy-MM-dd};{i}\n");
        }

        return file.ToString();
    }

    private static Task<Answer> Declare(User by, string from, string to, long quantity, Guid? memberId = null, string family = "chairs") =>
        by.Post("capacity-declarations", new { productFamily = family, from, to, quantity, memberId });

    private static (int Rows, int Created, int Changed, int Renewed, int Unchanged, bool DryRun) Did(Answer answer)
    {
        var plan = answer.Expect(HttpStatusCode.OK);
        return (Of("rows"), Of("created"), Of("changed"), Of("renewed"), Of("unchanged"), plan["dryRun"]!.GetValue<bool>());

        int Of(string count) => plan[count]!.GetValue<int>();
    }
}
