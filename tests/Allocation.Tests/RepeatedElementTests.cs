using System.Xml.Linq;

namespace ExportConsortia.Allocation.Tests;

/// <summary>No second element is passed over: what UBL 2.1 allows once is refused when it occurs again; the rest is understood or asked.</summary>
public sealed class RepeatedElementTests
{
    /// <summary>What UBL 2.1 allows more than once, of the elements in <c>complete.xml</c>.</summary>
    private static readonly HashSet<string> MayRepeat =
    [
        "AdditionalDocumentReference", "AdditionalItemProperty", "AddressLine", "AllowanceCharge", "AllowanceChargeReason", "ClassifiedTaxCategory",
        "CommodityClassification", "Contract", "Delivery", "Description", "ItemInstance", "ItemSpecificationDocumentReference",
        "ManufacturersItemIdentification", "Note", "OrderDocumentReference", "OrderLine", "PartyIdentification", "PartyLegalEntity", "PartyName",
        "PartyTaxScheme", "PaymentTerms", "ProjectReference", "ShippingMarks", "SpecialTerms", "TaxCategory", "TaxTotal", "TransportHandlingUnit",
        "ValidityPeriod", "ValueQualifier",
    ];

    [Theory]
    [InlineData("<cbc:Quantity unitCode=\"C62\">4</cbc:Quantity>", "<cbc:Quantity unitCode=\"C62\">400</cbc:Quantity>", "LineItem/Quantity[2]")]
    [InlineData("<cbc:Name>Table</cbc:Name>", "<cbc:Name>Bench</cbc:Name>", "LineItem/Item/Name[2]")]
    [InlineData("<cbc:ID>2</cbc:ID>", "<cbc:ID>3</cbc:ID>", "LineItem/ID[2]")]
    public async Task A_second_value_in_a_line_is_refused_with_its_line_and_name(string first, string second, string path)
    {
        var file = UblFile.Minimal.With(first, $"{first}\n{second}");

        var fault = await UblFile.OnlyFault(file);

        Assert.Equal(("UBL-ORD-07", $"/Order/OrderLine[2]/{path}", file.LineOf(second)), (fault.Rule, fault.Path, fault.Line));
        Assert.StartsWith($"{path.Split('/')[^1][..^3]} may occur only once", fault.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_line_item_is_refused_instead_of_being_left_out()
    {
        const string second = "<cac:LineItem><cbc:ID>3</cbc:ID><cbc:Quantity unitCode=\"C62\">500</cbc:Quantity></cac:LineItem>";
        var end = UblFile.Minimal.LastIndexOf("  </cac:OrderLine>", StringComparison.Ordinal);
        var file = UblFile.Minimal.Insert(end, $"{second}\n");

        var fault = await UblFile.OnlyFault(file);

        Assert.Equal(("UBL-ORD-07", "/Order/OrderLine[2]/LineItem[2]", file.LineOf(second)), (fault.Rule, fault.Path, fault.Line));
    }

    [Fact]
    public async Task Every_element_that_the_standard_allows_once_is_refused_when_it_occurs_twice()
    {
        var file = XDocument.Parse(UblFile.Complete);
        var elements = file.Root!.Descendants().Where(element => !element.ElementsBeforeSelf(element.Name).Any()).ToList();
        Assert.True(elements.Count(element => !MayRepeat.Contains(element.Name.LocalName)) > 100);

        foreach (var element in elements)
        {
            var again = new XElement(element);
            var last = element.ElementsAfterSelf(element.Name).LastOrDefault() ?? element;
            last.AddAfterSelf(again);
            var result = await UblFile.Read(file.ToString());
            again.Remove();

            var name = element.Name.LocalName;
            var refused = result.Faults.SingleOrDefault(fault => fault.Rule == "UBL-ORD-07");
            if (MayRepeat.Contains(name))
            {
                // Understood, or it waits for a decision.
                Assert.Null(refused);
                Assert.Equal(result.Order?.Unmapped.Count > 0, result.Questions.Count > 0);
            }
            else
            {
                Assert.Null(result.Order);
                Assert.EndsWith($"/{name}[2]", refused?.Path ?? $"{name} is not refused", StringComparison.Ordinal);
            }
        }
    }
}
