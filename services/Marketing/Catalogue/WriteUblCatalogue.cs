using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// Writes the live catalogue as a UBL 2.1 Catalogue with the identifiers of the Peppol network. It has no prices: those are quoted. Whoever sends it
/// over the network puts the receiver in; the file that anybody downloads is for the public.
/// </summary>
internal static class WriteUblCatalogue
{
    private static readonly XNamespace Ubl = "urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2";
    private static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    /// <summary>The file, UTF-8, with texts in this language where there are some.</summary>
    public static byte[] Write(Consortium consortium, CatalogueEdition edition, IReadOnlyList<ShownItem> items, string language)
    {
        var root = new XElement(
            Ubl + "Catalogue",
            new XAttribute(XNamespace.Xmlns + "cac", Cac),
            new XAttribute(XNamespace.Xmlns + "cbc", Cbc),
            Text("CustomizationID", "urn:fdc:peppol.eu:poacc:trns:catalogue:3"),
            Text("ProfileID", "urn:fdc:peppol.eu:poacc:bis:catalogue_only:3"),
            Text("ID", $"{consortium.Code}-{edition.Number}"),
            Text("ActionCode", "Add"),
            Text("Name", consortium.Name),
            Text("IssueDate", consortium.Day(edition.PublishedAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            Text("VersionID", Number(edition.Number)),
            new XElement(Cac + "ProviderParty", PartyOf(consortium)),
            new XElement(Cac + "ReceiverParty", new XElement(Cac + "PartyName", Text("Name", "Public"))),
            items.Index().Select(line => LineOf(line.Index + 1, line.Item, language)));
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new XmlWriterSettings { Indent = true, Encoding = new System.Text.UTF8Encoding(false) }))
        {
            new XDocument(root).Save(writer);
        }

        return bytes.ToArray();
    }

    private static IEnumerable<XElement> PartyOf(Consortium consortium)
    {
        if (consortium.Party is not { } party)
        {
            yield return new XElement(Cac + "PartyName", Text("Name", consortium.Name));
            yield break;
        }

        if (party.Endpoint is { } endpoint)
        {
            yield return Identified("EndpointID", endpoint.Value, endpoint.Scheme);
        }

        foreach (var identifier in party.Identifiers ?? [])
        {
            yield return new XElement(Cac + "PartyIdentification", Identified("ID", identifier.Value, identifier.Scheme));
        }

        yield return new XElement(Cac + "PartyName", Text("Name", party.TradingName ?? party.LegalName));
        yield return new XElement(Cac + "PartyLegalEntity", Text("RegistrationName", party.LegalName));
    }

    private static XElement LineOf(int number, ShownItem item, string language)
    {
        var text = item.Text(language);
        return new XElement(
            Cac + "CatalogueLine",
            Text("ID", Number(number)),
            Text("ActionCode", "Add"),
            Text("OrderableIndicator", "true"),
            Text("OrderableUnit", item.Unit),
            item.MinimumOrder is { } least ? Measured("MinimumOrderQuantity", least, item.Unit) : null,
            item.LeadTimeDays is { } days
                ? new XElement(Cac + "RequiredItemLocationQuantity", Measured("LeadTimeMeasure", days, "DAY"))
                : null,
            new XElement(
                Cac + "Item",
                text.Text.Length > 0 ? Text("Description", text.Text) : null,
                item.Pack is { } pack ? Measured("PackQuantity", 1, "XPK") : null,
                item.Pack is { Quantity: var quantity } ? Text("PackSizeNumeric", Number(quantity)) : null,
                Text("Name", text.Name),
                Text("Keyword", item.Family),
                new XElement(Cac + "SellersItemIdentification", Text("ID", item.ProductCode)),
                item.Origin is { } origin ? new XElement(Cac + "OriginCountry", Text("IdentificationCode", origin)) : null,
                item.HsCode is { } code
                    ? new XElement(
                        Cac + "CommodityClassification", new XElement(Cbc + "ItemClassificationCode", new XAttribute("listID", "HS"), code))
                    : null,
                item.Attributes.Select(attribute => new XElement(
                    Cac + "AdditionalItemProperty", Text("Name", attribute.Key), Text("Value", attribute.Value))),
                item.Firm is { } firm ? new XElement(Cac + "ManufacturerParty", new XElement(Cac + "PartyName", Text("Name", firm))) : null,
                item.Certificates.Select(certificate => new XElement(
                    Cac + "Certificate",
                    Text("ID", certificate.Number ?? certificate.Kind),
                    Text("CertificateTypeCode", "NA"),
                    Text("CertificateType", certificate.Kind),
                    new XElement(Cac + "IssuerParty", new XElement(Cac + "PartyName", Text("Name", certificate.Issuer))))),
                item.Size is { } size
                    ? new[]
                    {
                        Dimension("LN", size.LengthMm, "MMT"), Dimension("WD", size.WidthMm, "MMT"), Dimension("HT", size.HeightMm, "MMT"),
                        Dimension("AAB", size.WeightGrams, "GRM"),
                    }
                    : null));
    }

    private static XElement Dimension(string what, long value, string unit) =>
        new(Cac + "Dimension", Text("AttributeID", what), Measured("Measure", value, unit));

    private static XElement Text(string name, string value) => new(Cbc + name, value);

    private static XElement Measured(string name, long value, string unit) => new(Cbc + name, new XAttribute("unitCode", unit), Number(value));

    private static XElement Identified(string name, string value, string? scheme) =>
        new(Cbc + name, scheme is null ? null : new XAttribute("schemeID", scheme), value);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
