using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using ExportConsortia.Marketing.Sheets;
using MiniExcelLibs;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>Writes the live catalogue as a table, CSV or XLSX. Whatever a firm wrote stays text: no cell is ever a formula.</summary>
internal static class WriteCatalogueTable
{
    private static readonly string[] Columns =
    [
        "product", "name", "text", "family", "unit", "firm", "hs", "origin", "lead_time_days", "minimum_order", "length_mm", "width_mm", "height_mm",
        "weight_g", "pack_quantity", "pack_length_mm", "pack_width_mm", "pack_height_mm", "pack_gross_weight_g", "certificates", "attributes",
    ];

    /// <summary>A CSV file in UTF-8, with a mark that spreadsheets recognise it by.</summary>
    public static byte[] Csv(IReadOnlyList<ShownItem> items, string language)
    {
        using var bytes = new MemoryStream();
        using (var text = new StreamWriter(bytes, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true)))
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" }))
        {
            foreach (var row in items.Select(item => Row(item, language)).Prepend(Columns))
            {
                foreach (var cell in row)
                {
                    csv.WriteField(Spreadsheet.Escape(cell));
                }

                csv.NextRecord();
            }
        }

        return bytes.ToArray();
    }

    /// <summary>An XLSX file whose cells are all text.</summary>
    public static byte[] Xlsx(IReadOnlyList<ShownItem> items, string language)
    {
        using var bytes = new MemoryStream();
        bytes.SaveAs(items.Select(item => Columns.Zip(Row(item, language)).ToDictionary(
            cell => cell.First, cell => (object)Spreadsheet.EscapeInWorkbook(cell.Second))));
        return bytes.ToArray();
    }

    private static string[] Row(ShownItem item, string language)
    {
        var (text, size, pack) = (item.Text(language), item.Size, item.Pack);
        return
        [
            item.ProductCode, text.Name, text.Text, item.Family, item.Unit, item.Firm ?? "", item.HsCode ?? "", item.Origin ?? "",
            Number(item.LeadTimeDays), Number(item.MinimumOrder), Number(size?.LengthMm), Number(size?.WidthMm), Number(size?.HeightMm),
            Number(size?.WeightGrams), Number(pack?.Quantity), Number(pack?.LengthMm), Number(pack?.WidthMm), Number(pack?.HeightMm),
            Number(pack?.GrossWeightGrams), string.Join("; ", item.Certificates.Select(c => c.Kind).Distinct()),
            string.Join("; ", item.Attributes.Select(a => $"{a.Key}: {a.Value}")),
        ];
    }

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
