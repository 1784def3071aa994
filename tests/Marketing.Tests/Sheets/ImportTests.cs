using System.IO.Compression;
using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Products;
using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing.Tests.Sheets;

public sealed class ImportTests(MarketingServices services)
{
    private const string File = "sheets/file";

    [Theory, EachShape]
    public async Task A_file_is_tried_applied_whole_and_the_same_again_changes_nothing(Shape shape)
    {
        var service = await services.In(shape);
        var vtf = await Exhibitors.In(service);
        const string Csv = "product;name_en;text_en;name_fr;hs;lead_time_days;"
            + "pack_quantity;pack_length_mm;pack_width_mm;pack_height_mm;pack_weight_g;attr:wood\n"
            + "TK-12;\"Chair; \"\"Lao\"\"\";\"Oiled.\nFolds.\";Chaise;940169;45;4;960;600;420;31000;teak\n\n"
            + "TK-14;=1+1;\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\";$=2+2;;;;;;;;\n";

        Assert.Equal((2, 2, 0, 0, true), Plan(await Import(vtf, Csv, trial: true)));
        Assert.Empty((await service.Get(vtf.First, "sheets")).Ok["sheets"]!.AsArray());
        Assert.Equal((2, 2, 0, 0, false), Plan(await Import(vtf, Csv)));
        Assert.Equal((2, 0, 0, 2, false), Plan(await Import(vtf, Csv)));
        const string Changed = "product,hs\nTK-12,940179\nTK-14,\n";   // what has no column stays
        Assert.Equal((2, 0, 1, 1, true), Plan(await Import(vtf, Changed, trial: true)));
        Assert.Equal((2, 0, 1, 1, false), Plan(await Import(vtf, Changed)));
        var draft = await Draft(vtf, "TK-12");
        Assert.Equal(("Chair; \"Lao\"", "Oiled.\nFolds.", "940179", "teak"), (
            $"{draft["texts"]!["en"]!["name"]}", $"{draft["texts"]!["en"]!["text"]}", $"{draft["hsCode"]}", $"{draft["attributes"]!["wood"]}"));
        Assert.Equal("=1+1", $"{(await Draft(vtf, "TK-14"))["texts"]!["en"]!["name"]}");

        // Nothing of it comes back as a formula, and what comes back changes nothing.
        var csv = (await vtf.Download(vtf.First, File)).Bytes;
        Assert.Contains(";'=1+1;", Encoding.UTF8.GetString(csv), StringComparison.Ordinal);
        Assert.DoesNotContain(";=", Encoding.UTF8.GetString(csv), StringComparison.Ordinal);
        var xlsx = (await vtf.Download(vtf.First, $"{File}?format=Xlsx")).Bytes;
        Assert.DoesNotContain("<f", SheetXml(xlsx), StringComparison.Ordinal);
        Assert.Contains("=1+1", SheetXml(xlsx), StringComparison.Ordinal);
        foreach (var file in new[] { csv, xlsx })
        {
            Assert.Equal((2, 0, 0, 2, false), Plan(await vtf.Upload(vtf.First, file, "text/csv", File)));
        }

        foreach (var format in (string[])["Csv", "Xlsx"])
        {
            var template = (await vtf.Download(vtf.Second, $"sheets/file/template?format={format}")).Bytes;
            var no = await vtf.Upload(vtf.Second, template, "text/csv", $"{File}?trial=true");
            Assert.Equal(["2 texts", "3 texts"], Errors(no).Select(e => e.Replace("name_en", "texts", StringComparison.Ordinal)));
        }

        (await vtf.Upload(vtf.Manager, csv, "text/csv", File)).ExpectProblem(403, "NOT_ALLOWED");
        (await Import(vtf, Changed, by: vtf.Idle)).ExpectProblem(400, "INVALID_ROWS");
    }

    [Theory, EachShape]
    public async Task Of_5000_rows_the_37_wrong_ones_are_named_and_nothing_changes(Shape shape)
    {
        var service = await services.In(shape);
        var vtf = await Exhibitors.In(service);
        await using (var db = service.Data.Open<MarketingDb>())
        {
            db.AddRange(Enumerable.Range(1, 5000).Select(i => new ListedProduct
            {
                ConsortiumId = vtf.Id, Code = $"P{i:0000}", Name = $"Product {i}", Family = "chairs", Unit = "C62", Version = 1,
            }));
            var firm = await db.Members.FindAsync(vtf.First.Member!.Value);
            firm!.Capabilities = [.. Enumerable.Range(1, 5000).Select(i => new MemberCapability($"P{i:0000}", "P", "chairs"))];
            await db.SaveChangesAsync();
        }

        string[] faults = ["hs", "origin", "lead_time_days", "length_mm", "name_en", "product", "attr:wood"];
        var wrong = Enumerable.Range(0, 37).ToDictionary(i => (i * 131) + 7, i => faults[i % faults.Length]);
        string row(int i, string? fault) => string.Join(',',
            fault == "product" ? "P9999x" + i : $"P{i:0000}", fault == "name_en" ? "" : $"Chair {i}", fault == "name_en" ? "text" : "",
            fault == "hs" ? "9401" : "940169", fault == "origin" ? "la" : "LA", fault == "lead_time_days" ? "30 days" : "30",
            fault == "length_mm" ? "" : "500", "400", "900", "7000", fault == "attr:wood" ? new string('w', 201) : "teak");
        string file(bool right) => "product,name_en,text_en,hs,origin,lead_time_days,length_mm,width_mm,height_mm,weight_g,attr:wood\r\n"
            + string.Join("\r\n", Enumerable.Range(1, 5000).Select(i => row(i, right ? null : wrong.GetValueOrDefault(i + 1))));

        var no = await Import(vtf, file(right: false));

        Assert.Equal(wrong.OrderBy(w => w.Key).Select(w => $"{w.Key} {w.Value}"), Errors(no));
        Assert.All(no.Json["rows"]!.AsArray(), e => Assert.NotEmpty($"{e!["sentence"]}"));
        Assert.Empty((await service.Get(vtf.First, "sheets")).Ok["sheets"]!.AsArray());
        Assert.Equal(Errors(no), Errors(await Import(vtf, file(right: false), trial: true)));
        Assert.Equal((5000, 5000, 0, 0, false), Plan(await Import(vtf, file(right: true))));
        Assert.Equal((5000, 0, 0, 5000, false), Plan(await Import(vtf, file(right: true))));
        Assert.Contains("at most 5,000 rows", (await Import(vtf, file(right: true) + "\r\nP1,x")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sheet_with_the_manager_and_a_product_that_is_there_twice_stop_the_whole_file()
    {
        var vtf = await Exhibitors.In(await services.In(Shape.Embedded));
        await vtf.Submitted(vtf.First, "TK-12", SheetTests.Chair("Chair"));

        var no = await Import(vtf, "product,name_en\nTK-12,Armchair\nTK-14,Lounger\nTK-14,Lounger\nTK-15,Bench\n");

        Assert.Equal(["2 product", "4 product", "5 product"], Errors(no));
        Assert.Single((await vtf.Service.Get(vtf.First, "sheets")).Ok["sheets"]!.AsArray());
        Assert.Equal(["1 product", "1 colour"], Errors(await Import(vtf, "colour,name_en\nred,Chair\n")).OrderDescending());
        Assert.Equal(["1 name_en"], Errors(await Import(vtf, "product,name_en,name_en\nTK-12,a,b\n")));
        Assert.Equal(["1 "], Errors(await Import(vtf, "product,name_en\n")));
    }

    public static TheoryData<string> Encodings => ["windows-1252", "utf-8", "utf-8 with mark", "utf-16le", "utf-16be", "utf-16le without mark"];

    [Theory, MemberData(nameof(Encodings))]
    public void A_csv_file_is_read_in_the_encoding_that_it_was_saved_in(string encoding)
    {
        const string Text = "product\tname_de\nTK-12\tStühle für Möbel, «groß» & schön\n";
        var bytes = encoding switch
        {
            "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Text),
            "utf-8" => Encoding.UTF8.GetBytes(Text),
            "utf-8 with mark" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text)],
            "utf-16le" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Text)],
            "utf-16be" => [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Text)],
            _ => Encoding.Unicode.GetBytes(Text),
        };

        var file = ReadCsv.Read(bytes);

        Assert.Equal(["product", "name_de"], file.Header);
        Assert.Equal(["TK-12", "Stühle für Möbel, «groß» & schön"], Assert.Single(file.Rows).Cells);
    }

    [Fact]
    public void What_looks_like_a_formula_survives_csv_as_it_is()
    {
        foreach (var cell in (string[])["=1+1", "'=1+1", "''@x", "$=1", "-5", "+49", "\t=x", "'quoted'", "plain", "", "'"])
        {
            var escaped = Spreadsheet.Escape(cell);
            Assert.DoesNotContain(escaped.FirstOrDefault(), "=+-@\t");
            Assert.Equal(cell, Spreadsheet.Unescape(escaped));
        }
    }

    [Fact]
    public void A_workbook_is_text_its_formulas_too_and_merged_cells_and_bombs_are_refused()
    {
        var read = ReadXlsx.Read(Workbook(
            """
            <row r="1"><c r="A1" t="inlineStr"><is><t>Product</t></is></c><c r="B1" t="inlineStr"><is><t>name_en</t></is></c>
              <c r="C1" t="inlineStr"><is><t>lead_time_days</t></is></c></row>
            <row r="3"><c r="A3" t="inlineStr"><is><t>TK-12</t></is></c>
              <c r="B3" t="str"><f>HYPERLINK("http://x","y")</f><v>y</v></c><c r="C3"><v>45</v></c></row>
            <row r="4"><c r="A4" t="inlineStr"><is><t>TK-14</t></is></c><c r="B4"><f>1+1</f><v>2</v></c><c r="C4" s="1"><v>46000</v></c></row>
            """));
        Assert.Empty(read.Errors);
        Assert.Equal(["product", "name_en", "lead_time_days"], read.Header);
        Assert.Equal([3, 4], read.Rows.Select(r => r.Row));
        Assert.Equal(["TK-12", "=HYPERLINK(\"http://x\",\"y\")", "45"], read.Rows[0].Cells);
        Assert.Equal(["TK-14", "=1+1", "2025-12-09"], read.Rows[1].Cells);   // a date, which is no number of days

        const string Row = """<row r="1"><c r="A1" t="inlineStr"><is><t>product</t></is></c></row>""";
        Assert.Equal(["2 A"], Said(Workbook(Row, """<mergeCells><mergeCell ref="A2:A4"/></mergeCells>""")));
        Assert.Equal(["1048576 "], Said(Workbook(Row + """<row r="1048576"><c r="A1048576"><v>1</v></c></row>""")));
        Assert.Equal(["1 "], Said(Workbook(Row.Replace("A1", "XFD1", StringComparison.Ordinal))));
        Assert.Equal(["1 "], Said(Workbook(Row, dimension: "A1:XFD1048576")));
        Assert.Equal(["1 "], Said(Workbook(Row, extra: 80 * 1024 * 1024)));
        Assert.Equal(["1 "], Said("PK\u0003\u0004 and nothing of an archive"u8.ToArray()));
        Assert.Equal(["1 "], Said(Workbook("""<row r="1"><c r="A1"><v>&x;</v></c></row>""", doctype: """<!DOCTYPE x [<!ENTITY x "boom">]>""")));
        static IEnumerable<string> Said(byte[] file) => ReadXlsx.Read(file).Errors.Select(e => $"{e.Row} {e.Column}");
    }

    private static async Task<Answer> Import(Exhibitors vtf, string csv, bool trial = false, Person? by = null) =>
        await vtf.Upload(by ?? vtf.First, Encoding.UTF8.GetBytes(csv), "text/csv", $"{File}?trial={(trial ? "true" : "false")}");

    private static async Task<JsonNode> Draft(Exhibitors vtf, string product)
    {
        var list = (await vtf.Service.Get(vtf.First, $"sheets?productCode={product}")).Ok["sheets"]!;
        return (await vtf.Service.Get(vtf.First, $"sheets/{list[0]!["id"]}")).Ok["draft"]!;
    }

    private static (int, int, int, int, bool) Plan(Answer answer)
    {
        var plan = answer.ExpectOk().Json;
        int of(string name) => plan[name]!.GetValue<int>();
        return (of("rows"), of("created"), of("changed"), of("unchanged"), plan["trial"]!.GetValue<bool>());
    }

    private static IEnumerable<string> Errors(Answer answer) =>
        answer.ExpectProblem(400, "INVALID_ROWS").Json["rows"]!.AsArray().Select(e => $"{e!["row"]} {e["column"]}");

    private static string SheetXml(byte[] xlsx)
    {
        using var zip = new ZipArchive(new MemoryStream(xlsx));
        using var reader = new StreamReader(zip.Entries.First(e => e.FullName.StartsWith("xl/worksheets/", StringComparison.Ordinal)).Open());
        return reader.ReadToEnd();
    }

    private static byte[] Workbook(string rows, string after = "", string? dimension = null, int extra = 0, string doctype = "")
    {
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const string Package = "http://schemas.openxmlformats.org/package/2006";
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Part(string name, string text)
            {
                using var entry = new StreamWriter(zip.CreateEntry(name).Open());
                entry.Write(text);
            }

            Part("[Content_Types].xml", $"""
                <Types xmlns="{Package}/content-types">
                <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                <Default Extension="xml" ContentType="application/xml"/></Types>
                """);
            Part("_rels/.rels", $"""
                <Relationships xmlns="{Package}/relationships">
                <Relationship Id="rId1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>
                """);
            Part("xl/workbook.xml", $"""
                <workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets><sheet name="Sheets" sheetId="1" r:id="rId1"/></sheets></workbook>
                """);
            Part("xl/_rels/workbook.xml.rels", $"""
                <Relationships xmlns="{Package}/relationships"><Relationship Id="rId1" Type="{Relations}/worksheet" Target="worksheets/sheet1.xml"/>
                <Relationship Id="rId2" Type="{Relations}/styles" Target="styles.xml"/></Relationships>
                """);
            Part("xl/styles.xml", $"""
                <styleSheet xmlns="{Main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>
                """);
            Part("xl/worksheets/sheet1.xml", $"""
                {doctype}<worksheet xmlns="{Main}">
                {(dimension is null ? "" : $"<dimension ref=\"{dimension}\"/>")}<sheetData>{rows}</sheetData>{after}</worksheet>
                """);
            if (extra > 0)
            {
                using var entry = zip.CreateEntry("xl/media/large.bin").Open();
                entry.Write(new byte[extra]);
            }
        }

        return file.ToArray();
    }
}
