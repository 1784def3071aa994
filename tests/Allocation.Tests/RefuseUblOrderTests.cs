namespace ExportConsortia.Allocation.Tests;

public sealed class RefuseUblOrderTests
{
    private const string Xml = "UBL-ORD-01";
    private const string Encodings = "UBL-ORD-02";

    [Theory]
    [InlineData(
        "<cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order:3</cbc:CustomizationID>", "<!--x-->", "PEPPOL-T01-B00101", "/Order/CustomizationID",
        "CustomizationID", "<Order ")]
    [InlineData("trns:order:3<", "trns:order:30<", "PEPPOL-T01-R034", "/Order/CustomizationID", "'urn:fdc:peppol.eu:poacc:trns:order:3'", null)]
    [InlineData(
        "<cbc:ProfileID>urn:fdc:peppol.eu:poacc:bis:order_only:3</cbc:ProfileID>", "<!--x-->", "PEPPOL-T01-B00102", "/Order/ProfileID", "ProfileID",
        "<Order ")]
    [InlineData("bis:order_only:3", "bis:billing:3", "PEPPOL-T01-R031", "/Order/ProfileID", "advanced_ordering:3", null)]
    [InlineData("<cbc:ID>PO-1</cbc:ID>", "<cbc:ID> </cbc:ID>", "PEPPOL-T01-B00103", "/Order/ID", "ID", null)]
    [InlineData(
        "<cbc:IssueDate>", "<cbc:CopyIndicator>true</cbc:CopyIndicator><cbc:IssueDate>", "UBL-ORD-08", "/Order/CopyIndicator", "copy", null)]
    [InlineData("<cbc:IssueDate>", "<cbc:CopyIndicator> 1 </cbc:CopyIndicator><cbc:IssueDate>", "UBL-ORD-08", "/Order/CopyIndicator", "copy", null)]
    [InlineData("<cbc:IssueDate>2031-03-04</cbc:IssueDate>", "<!--x-->", "PEPPOL-T01-B00104", "/Order/IssueDate", "IssueDate", "<Order ")]
    [InlineData("2031-03-04", "2031-02-30", "PEPPOL-COMMON-R030", "/Order/IssueDate", "2031-02-30", null)]
    [InlineData("2031-03-04", "04.03.2031", "PEPPOL-COMMON-R030", "/Order/IssueDate", "YYYY-MM-DD", null)]
    [InlineData(
        "<cbc:DocumentCurrencyCode>EUR</", "<cbc:IssueTime>25:00:00</cbc:IssueTime><cbc:DocumentCurrencyCode>EUR</", "UBL-ORD-22", "/Order/IssueTime",
        "25:00:00", null)]
    [InlineData(
        "<cbc:RegistrationName>Café Übersee</cbc:RegistrationName>", "<!--x-->", "UBL-ORD-10", "/Order/BuyerCustomerParty/Party", "buyer",
        "<cac:Party>")]
    [InlineData("<cbc:ID>2</cbc:ID>", "<!--x-->", "UBL-ORD-12", "/Order/OrderLine[2]/LineItem/ID", "id", "<cac:LineItem>\n      <!--x-->")]
    [InlineData(
        "<cbc:ID>2</cbc:ID>", "<cbc:ID>1</cbc:ID>", "PEPPOL-T01-R001", "/Order/OrderLine[2]/LineItem/ID", "line 1",
        "<cbc:ID>1</cbc:ID>\n      <cbc:Quantity unitCode=\"C62\">4")]
    [InlineData(
        "<cbc:Quantity unitCode=\"C62\">4</cbc:Quantity>", "<!--x-->", "UBL-ORD-13", "/Order/OrderLine[2]/LineItem/Quantity", "Quantity",
        "<cac:LineItem>\n      <cbc:ID>2")]
    [InlineData("<cbc:Quantity unitCode=\"C62\">4<", "<cbc:Quantity>4<", "UBL-ORD-14", "/Order/OrderLine[2]/LineItem/Quantity", "unit", null)]
    [InlineData(">4</cbc:Quantity>", ">0.0</cbc:Quantity>", "UBL-ORD-15", "/Order/OrderLine[2]/LineItem/Quantity", "more than zero", null)]
    [InlineData(">4</cbc:Quantity>", ">-4</cbc:Quantity>", "PEPPOL-T01-R004", "/Order/OrderLine[2]/LineItem/Quantity", "negative", null)]
    [InlineData(">4</cbc:Quantity>", ">four</cbc:Quantity>", "UBL-ORD-17", "/Order/OrderLine[2]/LineItem/Quantity", "'four'", null)]
    [InlineData(">4</cbc:Quantity>", ">1e3</cbc:Quantity>", "UBL-ORD-17", "/Order/OrderLine[2]/LineItem/Quantity", "'1e3'", null)]
    [InlineData(">4</cbc:Quantity>", ">1,5</cbc:Quantity>", "UBL-ORD-17", "/Order/OrderLine[2]/LineItem/Quantity", "'1,5'", null)]
    [InlineData(
        ">4</cbc:Quantity>", ">9223372036854775808</cbc:Quantity>", "UBL-ORD-17", "/Order/OrderLine[2]/LineItem/Quantity", "too many digits", null)]
    [InlineData(">4</cbc:Quantity>", ">0.12345678901</cbc:Quantity>", "UBL-ORD-17", "/Order/OrderLine[2]/LineItem/Quantity", "too many digits", null)]
    [InlineData(
        "<cbc:Name>Table</cbc:Name>", "<!--x-->", "UBL-ORD-16", "/Order/OrderLine[2]/LineItem/Item/Name", "Name", "<cac:Item>\n        <!--x-->")]
    [InlineData(
        "<cac:Item>\n        <cbc:Name>Table</cbc:Name>\n      </cac:Item>", "<!--x-->", "UBL-ORD-16", "/Order/OrderLine[2]/LineItem", "Name",
        "<cac:LineItem>\n      <cbc:ID>2")]
    [InlineData(
        "<cbc:LineExtensionAmount currencyID=\"EUR\">", "<cbc:LineExtensionAmount currencyID=\"USD\">", "PEPPOL-T01-R003",
        "/Order/OrderLine[1]/LineItem/LineExtensionAmount", "USD", null)]
    [InlineData(
        "<cbc:LineExtensionAmount currencyID=\"EUR\">", "<cbc:LineExtensionAmount>", "UBL-ORD-19", "/Order/OrderLine[1]/LineItem/LineExtensionAmount",
        "currencyID", null)]
    [InlineData(
        "50.00</cbc:LineExtensionAmount>", "50.001</cbc:LineExtensionAmount>", "PEPPOL-T01-R028", "/Order/OrderLine[1]/LineItem/LineExtensionAmount",
        "not rounded", null)]
    [InlineData(
        "50.00</cbc:LineExtensionAmount>", "50.03</cbc:LineExtensionAmount>", "PEPPOL-T01-R024", "/Order/OrderLine[1]/LineItem/LineExtensionAmount",
        "50.00 EUR", null)]
    [InlineData(
        "5.00</cbc:PriceAmount>", "-5.00</cbc:PriceAmount>", "PEPPOL-T01-R005", "/Order/OrderLine[1]/LineItem/Price/PriceAmount", "negative", null)]
    [InlineData(
        "5.00</cbc:PriceAmount>", "5.00</cbc:PriceAmount><cbc:BaseQuantity>0</cbc:BaseQuantity>", "PEPPOL-T01-R025",
        "/Order/OrderLine[1]/LineItem/Price/BaseQuantity", "more than zero", null)]
    [InlineData(
        "<cbc:PriceAmount currencyID=\"EUR\">5.00</cbc:PriceAmount>", "<cbc:BaseQuantity>1</cbc:BaseQuantity>", "UBL-ORD-17",
        "/Order/OrderLine[1]/LineItem/Price/PriceAmount", "PriceAmount", "<cac:Price>")]
    public async Task A_small_order_is_refused_with_line_path_and_rule(
        string from, string to, string rule, string path, string says, string? onLineOf)
    {
        var file = UblFile.Minimal.With(from, to);

        var fault = await UblFile.OnlyFault(file);

        Assert.Equal((rule, path), (fault.Rule, fault.Path));
        Assert.Contains(says, fault.Sentence, StringComparison.Ordinal);
        Assert.InRange(fault.Column, 1, 200);

        Assert.Equal(file.LineOf(onLineOf ?? to), fault.Line);
    }

    [Theory]
    [InlineData(
        "<cbc:AllowanceTotalAmount currencyID=\"EUR\">582.38", "<cbc:AllowanceTotalAmount currencyID=\"EUR\">582.39", "PEPPOL-T01-R009",
        "/Order/AnticipatedMonetaryTotal/AllowanceTotalAmount")]
    [InlineData(
        "<cbc:ChargeTotalAmount currencyID=\"EUR\">40", "<cbc:ChargeTotalAmount currencyID=\"EUR\">41", "PEPPOL-T01-R010",
        "/Order/AnticipatedMonetaryTotal/ChargeTotalAmount")]
    [InlineData(
        "<cbc:TaxExclusiveAmount currencyID=\"EUR\">5281.38", "<cbc:TaxExclusiveAmount currencyID=\"EUR\">5281.39", "PEPPOL-T01-R011",
        "/Order/AnticipatedMonetaryTotal/TaxExclusiveAmount")]
    [InlineData(
        "<cbc:PayableAmount currencyID=\"EUR\">6502", "<cbc:PayableAmount currencyID=\"EUR\">6502.01", "PEPPOL-T01-R016",
        "/Order/AnticipatedMonetaryTotal/PayableAmount")]
    [InlineData(
        "<cbc:TaxAmount currencyID=\"EUR\">1320.35", "<cbc:TaxAmount currencyID=\"EUR\">1320.34", "PEPPOL-T01-R017",
        "/Order/AnticipatedMonetaryTotal/TaxInclusiveAmount")]
    [InlineData(
        "<cbc:Amount currencyID=\"EUR\">20.00", "<cbc:Amount currencyID=\"EUR\">20.001", "PEPPOL-T01-R019",
        "/Order/OrderLine[1]/LineItem/Price/PriceAmount")]
    [InlineData(
        "<cbc:BaseAmount currencyID=\"EUR\">6000.00</cbc:BaseAmount>", "", "PEPPOL-T01-R020",
        "/Order/OrderLine[1]/LineItem/AllowanceCharge[2]/BaseAmount")]
    [InlineData(
        "<cbc:MultiplierFactorNumeric>10</cbc:MultiplierFactorNumeric>", "", "PEPPOL-T01-R021", "/Order/AllowanceCharge[2]/MultiplierFactorNumeric")]
    [InlineData(
        "<cbc:MultiplierFactorNumeric>5.00<", "<cbc:MultiplierFactorNumeric>5.001<", "PEPPOL-T01-R022",
        "/Order/OrderLine[1]/LineItem/AllowanceCharge[2]/Amount")]
    [InlineData(
        "<cbc:AllowanceChargeReason>Export packing</cbc:AllowanceChargeReason>", "", "PEPPOL-T01-R023",
        "/Order/OrderLine[1]/LineItem/AllowanceCharge[1]/AllowanceChargeReason")]
    [InlineData("<cbc:Percent>25.00</cbc:Percent>", "", "PEPPOL-T01-R029", "/Order/OrderLine[1]/LineItem/Item/ClassifiedTaxCategory/Percent")]
    [InlineData("<cbc:Percent>25.00<", "<cbc:Percent>0<", "PEPPOL-T01-R030", "/Order/OrderLine[1]/LineItem/Item/ClassifiedTaxCategory/Percent")]
    [InlineData("<cbc:Percent>25.00<", "<cbc:Percent>a quarter<", "UBL-ORD-17", "/Order/OrderLine[1]/LineItem/Item/ClassifiedTaxCategory/Percent")]
    [InlineData(
        "<cbc:Percent>25.00<", "<cbc:Percent>0.12345678901234567890123456789<", "UBL-ORD-17",
        "/Order/OrderLine[1]/LineItem/Item/ClassifiedTaxCategory/Percent")]
    [InlineData("<cbc:Name>Garden department</cbc:Name>", "", "PEPPOL-T01-R014", "/Order/OriginatorCustomerParty/Party")]
    [InlineData("<cbc:EndDate>2031-05-20<", "<cbc:EndDate>2031-04-30<", "UBL-ORD-24", "/Order/Delivery/RequestedDeliveryPeriod/EndDate")]
    [InlineData(
        "<cbc:EndTime>17:00:00<", "<cbc:EndTime>5 pm<", "UBL-ORD-22", "/Order/OrderLine[1]/LineItem/Delivery/RequestedDeliveryPeriod/EndTime")]
    [InlineData("2031-04-28", "2031-4-28", "UBL-ORD-21", "/Order/Delivery/Despatch/RequestedDespatchDate")]
    [InlineData(
        "<cbc:PartialDeliveryIndicator>false<", "<cbc:PartialDeliveryIndicator>no<", "UBL-ORD-23",
        "/Order/OrderLine[1]/LineItem/PartialDeliveryIndicator")]
    [InlineData("cmVkO2JsdWU7Z3JlZW4=", "not base64!", "UBL-ORD-26", "/Order/AdditionalDocumentReference[2]/Attachment/EmbeddedDocumentBinaryObject")]
    [InlineData("listID=\"ISO4217\">EUR<", "listID=\"ISO4217\">ZZZ<", "UBL-ORD-20", "/Order/DocumentCurrencyCode")]
    public async Task A_large_order_is_refused_with_path_and_rule(string from, string to, string rule, string path)
    {
        var result = await UblFile.Read(UblFile.Complete.With(from, to));

        Assert.False(result.Readable);
        Assert.Contains(result.Faults, fault => (fault.Rule, fault.Path) == (rule, path));

        // A wrong sum makes the sums that rest on it wrong; in an unknown currency no amount can be read.
        Assert.True(
            result.Faults.Count == 1
                || result.Faults.All(fault => fault.Path.StartsWith("/Order/AnticipatedMonetaryTotal/", StringComparison.Ordinal)),
            string.Join('\n', result.Faults));
    }

    [Fact]
    public async Task A_charge_inside_a_price_is_refused()
    {
        var fault = await UblFile.OnlyFault(UblFile.Complete.With(
            "<cbc:ChargeIndicator>false</cbc:ChargeIndicator>\n          <cbc:Amount currencyID=\"EUR\">20.00",
            "<cbc:ChargeIndicator>true</cbc:ChargeIndicator>\n          <cbc:Amount currencyID=\"EUR\">20.00"));

        Assert.Equal(("UBL-ORD-27", "/Order/OrderLine[1]/LineItem/Price/AllowanceCharge/ChargeIndicator"), (fault.Rule, fault.Path));
    }

    [Fact]
    public async Task Missing_parties_and_lines_are_named()
    {
        var start = UblFile.Minimal.IndexOf("  <cac:BuyerCustomerParty>", StringComparison.Ordinal);

        var result = await UblFile.Read(UblFile.Minimal[..start] + "</Order>");

        Assert.Equal(
            [("PEPPOL-T01-B00106", "/Order"), ("PEPPOL-T01-B00107", "/Order"), ("PEPPOL-T01-B00108", "/Order/OrderLine")],
            result.Faults.Select(fault => (fault.Rule, fault.Path)).Order());
    }

    [Fact]
    public async Task A_seller_without_any_name_is_refused()
    {
        var fault = await UblFile.OnlyFault(UblFile.Minimal.With("<cbc:RegistrationName>Consorzio Legno Export</cbc:RegistrationName>", ""));

        Assert.Equal(("UBL-ORD-11", "/Order/SellerSupplierParty/Party"), (fault.Rule, fault.Path));
    }

    [Fact]
    public async Task A_line_without_a_line_item_is_one_fault()
    {
        var fault = await UblFile.OnlyFault(UblFile.Minimal.With("</Order>", "  <cac:OrderLine><cbc:Note>?</cbc:Note></cac:OrderLine>\n</Order>"));

        Assert.Equal(("UBL-ORD-12", "/Order/OrderLine[3]"), (fault.Rule, fault.Path));
    }

    [Fact]
    public async Task All_faults_are_named_at_once_in_the_order_of_the_file()
    {
        var file = UblFile.Minimal
            .With("2031-03-04", "yesterday")
            .With("<cbc:Quantity unitCode=\"C62\">10<", "<cbc:Quantity unitCode=\"C62\">ten<")
            .With("5.00</cbc:PriceAmount>", "5,00</cbc:PriceAmount>")
            .With("<cbc:Quantity unitCode=\"C62\">4<", "<cbc:Quantity unitCode=\"C62\">-4<")
            .With("<cbc:Name>Table</cbc:Name>", "");

        var result = await UblFile.Read(file);

        Assert.Equal(
            ["PEPPOL-COMMON-R030", "UBL-ORD-17", "UBL-ORD-17", "PEPPOL-T01-R004", "UBL-ORD-16"],
            result.Faults.Select(fault => fault.Rule));
        Assert.Equal(file.LineOf("ten<"), result.Faults[1].Line);
        Assert.Equal(file.LineOf("5,00<"), result.Faults[2].Line);
        Assert.Equal(file.LineOf("-4<"), result.Faults[3].Line);
    }

    [Theory]
    [InlineData("OrderChange", "OrderChange")]
    [InlineData("OrderCancellation", "OrderCancellation")]
    [InlineData("OrderResponse", "a seller's answer")]
    [InlineData("Invoice", "'Invoice'")]
    public async Task Another_document_is_refused_by_its_name(string name, string says)
    {
        var fault = await UblFile.OnlyFault($"<?xml version=\"1.0\"?>\n<{name} xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:{name}-2\"/>");

        Assert.Equal(("UBL-ORD-06", $"/{name}", 2), (fault.Rule, fault.Path, fault.Line));
        Assert.Contains(says, fault.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_is_not_UBL_2_is_refused()
    {
        var fault = await UblFile.OnlyFault("<Order xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Order-1.0\"/>");

        Assert.Equal("UBL-ORD-06", fault.Rule);
        Assert.Contains("namespace", fault.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n")]
    [InlineData("lineId;quantity\n1;10")]
    [InlineData("{\"currency\":\"EUR\"}")]
    [InlineData("<Order>")]
    [InlineData("<Order></Other>")]
    [InlineData("<Order>&#0;</Order>")]
    [InlineData("<Order>&nbsp;</Order>")]
    public async Task What_is_not_XML_is_refused(string text)
    {
        var fault = await UblFile.OnlyFault(text);

        Assert.Equal((Xml, "/"), (fault.Rule, fault.Path));
    }

    [Fact]
    public async Task Malformed_XML_is_refused_with_the_line()
    {
        var file = UblFile.Minimal.With("<cbc:Name>Table</cbc:Name>", "<cbc:Name>Table</cbc:Nmae>");

        Assert.Equal((Xml, file.LineOf("Nmae")), ((await UblFile.OnlyFault(file)).Rule, (await UblFile.OnlyFault(file)).Line));
    }

    [Theory]
    [InlineData("<!DOCTYPE Order>")]
    [InlineData("<!DOCTYPE Order SYSTEM \"http://127.0.0.1:9/order.dtd\">")]
    [InlineData("<!DOCTYPE Order [<!ENTITY file SYSTEM \"file:///etc/passwd\">]>")]
    [InlineData(
        "<!DOCTYPE Order [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>")]
    [InlineData("<!DOCTYPE Order [<!ENTITY % remote SYSTEM \"http://127.0.0.1:9/x\"> %remote;]>")]
    public async Task A_document_type_declaration_is_refused_whatever_it_holds(string declaration)
    {
        var file = UblFile.Minimal.With("<Order xmlns", declaration + "\n<Order xmlns")
            .With("PO-1", declaration.Contains("ENTITY c", StringComparison.Ordinal) ? "&c;" : "PO-1");

        var fault = await UblFile.OnlyFault(file);

        Assert.Equal(("UBL-ORD-03", 2), (fault.Rule, fault.Line));
    }

    [Fact]
    public async Task A_file_of_5_MiB_is_read_and_one_byte_more_is_not()
    {
        const int limit = 5 * 1024 * 1024;
        var file = Encoding.UTF8.GetBytes(UblFile.Minimal);
        var room = Encoding.UTF8.GetBytes($"<!--{new string('x', limit - file.Length - 7)}-->");
        byte[] largest = [.. file, .. room];
        Assert.Equal(limit, largest.Length);

        Assert.True((await UblFile.Read(largest)).Readable);
        Assert.Equal("UBL-ORD-04", Assert.Single((await UblFile.Read([.. largest, (byte)'\n'])).Faults).Rule);
    }

    [Fact]
    public async Task A_file_built_to_exhaust_resources_is_refused_at_once()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 100_000));
        var name = new string('n', 1000);
        var many = string.Concat(Enumerable.Repeat("<a/>", 200_000));

        Assert.Equal("UBL-ORD-05", (await UblFile.OnlyFault(UblFile.Minimal.With("</Order>", deep))).Rule);
        Assert.Equal("UBL-ORD-05", (await UblFile.OnlyFault(UblFile.Minimal.With("</Order>", $"<{name}/></Order>"))).Rule);
        Assert.Equal("UBL-ORD-05", (await UblFile.OnlyFault(UblFile.Minimal.With("</Order>", $"<a {name}=\"1\"/></Order>"))).Rule);
        Assert.Equal("UBL-ORD-05", (await UblFile.OnlyFault(UblFile.Minimal.With("</Order>", many + "</Order>"))).Rule);
    }

    [Fact]
    public async Task An_order_of_thousands_of_faulty_lines_is_answered_with_the_first_of_them()
    {
        var line = UblFile.Minimal[UblFile.Minimal.LastIndexOf("  <cac:OrderLine>", StringComparison.Ordinal)..]
            .Replace("</Order>", "", StringComparison.Ordinal).With(">4<", ">x<");

        var result = await UblFile.Read(UblFile.Minimal.With("</Order>", string.Concat(Enumerable.Repeat(line, 10_000)) + "</Order>"));

        Assert.Equal(200, result.Faults.Count);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task A_byte_order_mark_decides_the_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = UblFile.Minimal.With("encoding=\"UTF-8\"", name == "utf-8" ? "encoding=\"UTF-8\"" : "encoding=\"UTF-16\"");

        var result = await UblFile.Read([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);

        Assert.Empty(result.Faults);
        Assert.Equal("Café Übersee", result.Order!.Buyer.KnownAs);
    }

    [Theory]
    [InlineData("utf-16", " encoding=\"UTF-16\"")]
    [InlineData("utf-16BE", "")]
    [InlineData("iso-8859-1", " encoding=\"ISO-8859-1\"")]
    [InlineData("utf-8", "")]
    public async Task An_encoding_that_is_declared_or_evident_is_read(string name, string declaration)
    {
        var result = await UblFile.Read(Encoding.GetEncoding(name).GetBytes(UblFile.Minimal.With(" encoding=\"UTF-8\"", declaration)));

        Assert.Empty(result.Faults);
        Assert.Equal("Café Übersee", result.Order!.Buyer.KnownAs);
    }

    [Theory]
    [InlineData(" encoding=\"UTF-8\"")]
    [InlineData("")]
    public async Task Latin_1_declared_as_UTF_8_is_refused_with_the_line(string declaration)
    {
        var file = UblFile.Minimal.With(" encoding=\"UTF-8\"", declaration);

        var fault = Assert.Single((await UblFile.Read(Encoding.Latin1.GetBytes(file))).Faults);

        Assert.Equal((Encodings, file.LineOf("Café")), (fault.Rule, fault.Line));
        Assert.Equal(file.Split('\n')[fault.Line - 1].IndexOf('é', StringComparison.Ordinal) + 1, fault.Column);
        Assert.Contains("not UTF-8", fault.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unsupported_encodings_and_ones_that_contradict_the_bytes_are_refused()
    {
        byte[][] files =
        [
            [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(UblFile.Minimal.With("UTF-8\"", "ISO-8859-1\""))],
            Encoding.UTF8.GetBytes(UblFile.Minimal.With("UTF-8\"", "UTF-16\"")),
            Encoding.UTF8.GetBytes(UblFile.Minimal.With("UTF-8\"", "windows-1252\"")),
            Encoding.Unicode.GetBytes(UblFile.Minimal),
            [.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes(UblFile.Minimal)],
            [.. Encoding.Unicode.GetBytes(UblFile.Minimal.With("UTF-8\"", "UTF-16\"").With("PO-1", "\uD800")), 0, 0xD8],
        ];

        foreach (var file in files)
        {
            Assert.Equal(Encodings, Assert.Single((await UblFile.Read(file)).Faults).Rule);
        }
    }
}
