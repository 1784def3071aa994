using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Xml;
using System.Xml.Linq;

namespace ExportConsortia.Allocation.Documents;

/// <summary>
/// Reads a buyer's UBL 2.1 order as it is sent on the Peppol network (BIS Order 3). Everything the file says ends in the
/// <see cref="OrderDocument"/>, the unforeseen in its <see cref="OrderDocument.Unmapped"/>; whatever can't be read exactly is a fault, and
/// all faults are named at once, so that the buyer corrects the file once.
/// </summary>
internal sealed class ReadUblOrder
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    private const int MaxDepth = 40;
    private const int MaxNameLength = 100;
    private const int MaxUnmapped = 2000;
    private const int MaxFaults = 200;
    private const string Specification = "urn:fdc:peppol.eu:poacc:trns:order:3";

    private static readonly string[] Processes =
    [
        "urn:fdc:peppol.eu:poacc:bis:order_only:3",
        "urn:fdc:peppol.eu:poacc:bis:ordering:3",
        "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3",
    ];

    // Goods that are weighed or measured: the smallest part that is split is a thousandth of the unit.
    private static readonly HashSet<string> Measured =
    [
        "KGM", "GRM", "TNE", "DTN", "LBR", "ONZ", "STN", "LTN", "LTR", "MLT", "CLT", "DLT", "HLT", "GLL", "GLI", "MTR", "CMT", "MMT", "DMT", "KMT",
        "FOT", "INH", "YRD", "MTK", "CMK", "MMK", "DMK", "FTK", "YDK", "INK", "MTQ", "CMQ", "DMQ", "MMQ", "FTQ", "YDQ", "KWH", "MWH",
    ];

    private static readonly XNamespace Ubl = "urn:oasis:names:specification:ubl:schema:xsd:Order-2";
    private static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    private readonly List<UblFault> _faults = [];
    private readonly HashSet<string> _faultyFields = [];
    private readonly Dictionary<string, (XElement Element, string Path)> _places = [];
    private readonly HashSet<XObject> _read = [];
    private string _currency = "";
    private bool _unreadableNumber;

    private ReadUblOrder()
    {
    }

    /// <summary>The order, or why there is none.</summary>
    internal sealed record Result(OrderDocument? Order, IReadOnlyList<UblFault> Faults)
    {
        /// <summary>The file is an order that can be taken in.</summary>
        [MemberNotNullWhen(true, nameof(Order))]
        public bool Readable => Order is not null;
    }

    /// <summary>Reads the file to its end, or to the byte that makes it too large.</summary>
    public static async Task<Result> ReadAsync(Stream file, CancellationToken ct)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[81920];
        int count;
        while ((count = await file.ReadAsync(buffer, ct)) > 0)
        {
            if (copy.Length + count > MaxBytes)
            {
                return Refused(new(1, 1, "/", OrderRule.Size, $"The file is larger than {MaxBytes / 1024 / 1024} MiB."));
            }

            copy.Write(buffer, 0, count);
        }

        return Read(copy.ToArray());
    }

    private static Result Refused(UblFault fault) => new(null, [fault]);

    private static Result Read(byte[] file)
    {
        var (text, undecodable) = DecodeXml.Decode(file);
        if (text is null)
        {
            return Refused(undecodable!);
        }

        if (Malformed(text) is { } malformed)
        {
            return Refused(malformed);
        }

        using var reader = OpenXml(text);
        var root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        if (WrongRoot(root) is { } wrong)
        {
            return Refused(wrong);
        }

        var reading = new ReadUblOrder();
        var order = reading.Order(new(reading, root, "/Order", ""));
        reading.CheckRules(order);
        return reading._faults.Count == 0
            ? new(order, [])
            : new(null, [.. reading._faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column).Take(MaxFaults)]);
    }

    // DTDs are where entity bombs and foreign files come in: prohibited, and nothing outside the file is ever opened.
    private static XmlReader OpenXml(string text) => XmlReader.Create(
        new StringReader(text),
        new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreWhitespace = true, IgnoreComments = true, IgnoreProcessingInstructions = true });

    /// <summary>Walks through the file once, so that nothing is built of a file that is broken or shaped to exhaust us.</summary>
    private static UblFault? Malformed(string text)
    {
        using var reader = OpenXml(text);
        var place = (IXmlLineInfo)reader;
        try
        {
            while (reader.Read())
            {
                if (reader.Depth > MaxDepth)
                {
                    return new(place.LineNumber, place.LinePosition, "/", OrderRule.Shape, $"Elements are nested more than {MaxDepth} deep.");
                }

                if (reader.Name.Length > MaxNameLength)
                {
                    return new(place.LineNumber, place.LinePosition, "/", OrderRule.Shape, $"An element's name is longer than {MaxNameLength} letters.");
                }

                for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
                {
                    if (reader.Name.Length > MaxNameLength)
                    {
                        return new(place.LineNumber, place.LinePosition, "/", OrderRule.Shape, $"An attribute's name is longer than {MaxNameLength} letters.");
                    }
                }
            }

            return null;
        }
        catch (XmlException broken)
        {
            // Of a prohibited declaration the reader doesn't say where it is.
            return broken.LineNumber == 0 && text.IndexOf("<!DOCTYPE", StringComparison.Ordinal) is var at and >= 0
                ? new(
                    text.AsSpan(0, at).Count('\n') + 1,
                    at - text.LastIndexOf('\n', at),
                    "/",
                    OrderRule.NoDtd,
                    "The file has a document type declaration (DOCTYPE); an order must not have one, nor entities.")
                : new(Math.Max(broken.LineNumber, 1), Math.Max(broken.LinePosition, 1), "/", OrderRule.Xml, $"The file is not well-formed XML: {broken.Message}");
        }
    }

    private static UblFault? WrongRoot(XElement root)
    {
        if (root.Name == Ubl + "Order")
        {
            return null;
        }

        var name = root.Name.LocalName;
        var sentence = name switch
        {
            "Order" => $"The root element is an Order, but not of UBL 2.1: its namespace must be '{Ubl.NamespaceName}'.",
            "OrderChange" => "This is an OrderChange, not an Order: changes of an order are not imported; agree on them with the consortium's manager.",
            "OrderCancellation" => "This is an OrderCancellation, not an Order: tell the consortium's manager, who closes the order.",
            "OrderResponse" or "OrderResponseSimple" => $"This is an {name}, a seller's answer, not an Order: only buyers' orders are imported.",
            _ => $"The root element is '{CheckOrderDocument.Shown(name)}'; a UBL 2.1 Order is expected.",
        };
        return new(LineOf(root), ColumnOf(root), $"/{name}", OrderRule.Root, sentence);
    }

    private static int LineOf(XObject place) => ((IXmlLineInfo)place).LineNumber;

    private static int ColumnOf(XObject place) => ((IXmlLineInfo)place).LinePosition;

    private OrderDocument Order(Node order)
    {
        _currency = order.Text("DocumentCurrencyCode", "currency") ?? "";
        Mandatory(order);
        var validity = order.Child("ValidityPeriod", "validity");
        var read = new OrderDocument
        {
            UblVersion = order.Text("UBLVersionID"),
            CustomizationId = order.Text("CustomizationID", "customizationId"),
            ProfileId = order.Text("ProfileID", "profileId"),
            OrderNumber = order.Text("ID", "orderNumber"),
            SalesOrderNumber = order.Text("SalesOrderID"),
            IssueDate = order.Date("IssueDate", "issueDate"),
            IssueTime = order.Text("IssueTime", "issueTime"),
            OrderTypeCode = order.Text("OrderTypeCode"),
            Notes = order.Texts("Note"),
            Currency = _currency,
            CurrencyListId = order.Attribute("DocumentCurrencyCode", "listID"),
            CustomerReference = order.Text("CustomerReference"),
            AccountingCost = order.Text("AccountingCost"),
            Validity = Period(validity),
            QuotationReference = order.Child("QuotationDocumentReference")?.Text("ID"),
            RejectedOrderReference = order.Child("OrderDocumentReference")?.Text("ID"),
            OriginatorReference = order.Child("OriginatorDocumentReference")?.Text("ID"),
            CatalogueReference = order.Child("CatalogueReference")?.Text("ID"),
            AdditionalDocuments = order.Children("AdditionalDocumentReference", "additionalDocuments", AttachedDocument),
            ContractReference = order.Child("Contract")?.Text("ID"),
            ProjectReference = order.Child("ProjectReference")?.Text("ID"),
            Buyer = Party(order.Child("BuyerCustomerParty", "buyer")?.Child("Party", "")) ?? new(),
            Seller = Party(order.Child("SellerSupplierParty", "seller")?.Child("Party", "")),
            Originator = Party(order.Child("OriginatorCustomerParty", "originator")?.Child("Party", "")),
            AccountingCustomer = Party(order.Child("AccountingCustomerParty", "accountingCustomer")?.Child("Party", "")),
            Delivery = Delivery(order.Child("Delivery", "delivery")),
            DeliveryTerms = DeliveryTerms(order.Child("DeliveryTerms")),
            PaymentTerms = order.Child("PaymentTerms")?.Text("Note"),
            AllowancesAndCharges = order.Children("AllowanceCharge", "allowancesAndCharges", AllowanceOrCharge),
            TaxAmount = order.Child("TaxTotal")?.Amount("TaxAmount", "taxAmount"),
            Totals = Totals(order.Child("AnticipatedMonetaryTotal", "totals")),
            Lines = order.Children("OrderLine", "lines", Line),
        };
        return read with { Unmapped = Unmapped(order.Element) };
    }

    /// <summary>What a file must have beyond an order sent as JSON.</summary>
    private void Mandatory(Node order)
    {
        Needed("CustomizationID", "customizationId", OrderRule.CustomizationMissing);
        Needed("ProfileID", "profileId", OrderRule.ProfileMissing);
        Needed("ID", "orderNumber", OrderRule.IdMissing);
        Needed("IssueDate", "issueDate", OrderRule.IssueDateMissing);

        if (order.Text("CustomizationID", "customizationId") is { } customization
            && !(customization.StartsWith(Specification, StringComparison.Ordinal) && customization[Specification.Length..] is "" or [':' or '#', ..]))
        {
            Fault("customizationId", OrderRule.Customization, $"CustomizationID must be '{Specification}', not '{CheckOrderDocument.Shown(customization)}'.");
        }

        if (order.Text("ProfileID", "profileId") is { } profile && !Processes.Contains(profile))
        {
            Fault(
                "profileId",
                OrderRule.Profile,
                $"ProfileID must be one of '{string.Join("', '", Processes)}', not '{CheckOrderDocument.Shown(profile)}'.");
        }

        foreach (var (element, field, rule) in new[]
        {
            ("BuyerCustomerParty", "buyer", OrderRule.BuyerMissing),
            ("SellerSupplierParty", "seller", OrderRule.SellerMissing),
        })
        {
            if (order.Child(element, field)?.Child("Party", "") is null)
            {
                Fault(field, rule, $"The order must have a {element} with a Party.");
                _faultyFields.Add($"{field}.name");
            }
        }

        if (order.Element.Elements(Cac + "OrderLine").Any() is false)
        {
            _places["lines"] = (order.Element, "/Order/OrderLine");
        }

        void Needed(string element, string field, string rule)
        {
            if (order.Text(element, field) is null)
            {
                Fault(field, rule, $"The order must have a {element}.");
            }
        }
    }

    private void CheckRules(OrderDocument order)
    {
        if (order.Seller is { } seller && string.IsNullOrWhiteSpace(seller.KnownAs) && seller.Identifications.Count == 0 && seller.Endpoint is null)
        {
            Fault("seller", OrderRule.SellerName, "The seller must have a name or a number.");
        }

        foreach (var fault in CheckOrderDocument.Faults(order, sums: !_unreadableNumber).Where(fault => !_faultyFields.Contains(fault.Field)))
        {
            Fault(fault.Field, fault.Rule, fault.Sentence);
        }

        if (order.Unmapped.Count > MaxUnmapped)
        {
            _faults.Add(new(1, 1, "/Order", OrderRule.Shape, $"The file has more than {MaxUnmapped} elements that an order on Peppol does not know."));
        }
    }

    private DocumentLine Line(Node orderLine)
    {
        var note = orderLine.Text("Note");
        if (orderLine.Child("LineItem", "") is not { } line)
        {
            Fault($"{orderLine.Field}.lineId", OrderRule.LineId, "The order line has no LineItem.");
            _faultyFields.UnionWith([$"{orderLine.Field}.quantity", $"{orderLine.Field}.unit", $"{orderLine.Field}.item"]);
            return new() { Note = note };
        }

        var quantity = line.Quantity("Quantity", "quantity");
        line.Place("Quantity", "unit");
        if (line.Text("Quantity", "quantity") is null)
        {
            Fault($"{line.Field}.quantity", OrderRule.Quantity, "The order line must have a Quantity.");
            _faultyFields.Add($"{line.Field}.unit");
        }

        var item = Item(line.Child("Item", "item"));
        if (item.Name is null)
        {
            line.Child("Item", "item")?.Text("Name", "");
            Fault($"{line.Field}.item", OrderRule.Item, "The item must have a Name.");
        }

        return new()
        {
            LineId = line.Text("ID", "lineId") ?? "",
            Quantity = quantity?.Pieces ?? 0,
            PiecesPerUnit = quantity?.PiecesPerUnit ?? 1,
            Unit = quantity?.Unit ?? line.Attribute("Quantity", "unitCode") ?? "",
            UnitListId = quantity?.UnitListId,
            Amount = line.Amount("LineExtensionAmount", "amount"),
            PartialDeliveryAllowed = line.Indicator("PartialDeliveryIndicator", "partialDeliveryAllowed"),
            AccountingCost = line.Text("AccountingCost"),
            Note = note,
            Delivery = Delivery(line.Child("Delivery", "delivery")),
            Originator = Party(line.Child("OriginatorParty", "originator")),
            AllowancesAndCharges = line.Children("AllowanceCharge", "allowancesAndCharges", AllowanceOrCharge),
            Price = Price(line.Child("Price", "price"), quantity?.PiecesPerUnit ?? 1),
            Item = item,
        };
    }

    private static DocumentItem Item(Node? item) => item is null ? new() : new()
    {
        Description = item.Text("Description"),
        Name = item.Text("Name"),
        BuyersId = item.Child("BuyersItemIdentification")?.Identifier("ID"),
        SellersId = item.Child("SellersItemIdentification")?.Identifier("ID"),
        ManufacturersId = item.Child("ManufacturersItemIdentification")?.Identifier("ID"),
        StandardId = item.Child("StandardItemIdentification")?.Identifier("ID"),
        Specifications = [.. item.Children("ItemSpecificationDocumentReference", "specifications", reference => reference.Text("ID")).OfType<string>()],
        Classifications = [.. item.Children("CommodityClassification", "classifications", code => code.Code("ItemClassificationCode")).OfType<ListedCode>()],
        Tax = Tax(item.Child("ClassifiedTaxCategory", "tax")),
        Properties = item.Children("AdditionalItemProperty", "properties", property => new ItemProperty(
            property.Text("Name"),
            property.Text("Value"),
            property.Code("NameCode"),
            property.Quantity("ValueQuantity", "valueQuantity"),
            property.Text("ValueQualifier"))),
        Instances = item.Children("ItemInstance", "instances", instance => new ItemInstance(
            instance.Text("SerialID"), instance.Child("LotIdentification")?.Text("LotNumberID"))),
    };

    private LinePrice? Price(Node? price, long piecesPerUnit)
    {
        if (price is null)
        {
            return null;
        }

        var baseQuantity = price.Quantity("BaseQuantity", "baseQuantity");
        price.Place("BaseQuantity", "perQuantity");
        var baseUnits = new ExactDecimal(1, 0);
        if (baseQuantity is not null)
        {
            _ = ExactDecimal.TryParse(price.Text("BaseQuantity")!, out baseUnits);
        }

        var net = price.UnitPrice("PriceAmount", "", baseUnits, piecesPerUnit);
        var adjustment = price.Child("AllowanceCharge", "discount");
        if (adjustment?.Indicator("ChargeIndicator", "isCharge") is true)
        {
            Fault($"{price.Field}.discount.isCharge", OrderRule.PriceDiscount, "A price may carry a discount (ChargeIndicator false), not a charge.");
        }

        var discount = adjustment?.UnitPrice("Amount", "amount", baseUnits, piecesPerUnit);
        var list = adjustment?.UnitPrice("BaseAmount", "listPrice", baseUnits, piecesPerUnit);
        if (net is null)
        {
            if (price.Text("PriceAmount") is null)
            {
                Fault(price.Field, OrderRule.Number, "The price must have a PriceAmount.");
            }

            return null;
        }

        return new(net.MinorUnits, net.PerQuantity, baseQuantity, discount, list);
    }

    private static DocumentParty? Party(Node? party) => party is null ? null : new()
    {
        Endpoint = party.Identifier("EndpointID"),
        Identifications = [.. party.Children("PartyIdentification", "identifications", one => one.Identifier("ID")).OfType<Identifier>()],
        Name = party.Child("PartyName")?.Text("Name"),
        PostalAddress = Address(party.Child("PostalAddress")),
        TaxSchemes = party.Children("PartyTaxScheme", "taxSchemes", one => new PartyTaxScheme(
            one.Identifier("CompanyID"), one.Child("TaxScheme")?.Text("ID"))),
        LegalEntity = party.Child("PartyLegalEntity") is not { } entity ? null : new(
            entity.Text("RegistrationName"), entity.Identifier("CompanyID"), Address(entity.Child("RegistrationAddress"))),
        Contact = party.Child("Contact") is not { } contact ? null : new(
            contact.Text("Name"), contact.Text("Telephone"), contact.Text("ElectronicMail"), contact.Text("ID")),
    };

    private static PostalAddress? Address(Node? address) => address is null ? null : new(
        address.Text("StreetName"),
        address.Text("AdditionalStreetName"),
        address.Text("CityName"),
        address.Text("PostalZone"),
        address.Text("CountrySubentity"),
        address.Child("AddressLine")?.Text("Line"),
        address.Child("Country")?.Text("IdentificationCode"),
        address.Child("Country")?.Attribute("IdentificationCode", "listID"));

    private static DeliveryPeriod? Period(Node? period) => period is null ? null : new(
        period.Date("StartDate", "startDate"), period.Text("StartTime", "startTime"), period.Date("EndDate", "endDate"), period.Text("EndTime", "endTime"));

    private static DeliveryRequest? Delivery(Node? delivery)
    {
        if (delivery is null)
        {
            return null;
        }

        var location = delivery.Child("DeliveryLocation");
        var despatch = delivery.Child("Despatch", "");
        var shipment = delivery.Child("Shipment");
        return new()
        {
            Id = delivery.Identifier("ID"),
            LocationId = location?.Identifier("ID"),
            LocationName = location?.Text("Name"),
            Address = Address(location?.Child("Address")),
            RequestedPeriod = Period(delivery.Child("RequestedDeliveryPeriod", "requestedPeriod")),
            Party = Party(delivery.Child("DeliveryParty", "party")),
            RequestedDespatchDate = despatch?.Date("RequestedDespatchDate", "requestedDespatchDate"),
            RequestedDespatchTime = despatch?.Text("RequestedDespatchTime", "requestedDespatchTime"),
            ShipmentId = shipment?.Text("ID"),
            ShippingPriorityCode = shipment?.Text("ShippingPriorityLevelCode"),
            ShippingMarks = [.. (shipment?.Children("TransportHandlingUnit", "shippingMarks", unit => unit.Text("ShippingMarks")) ?? []).OfType<string>()],
        };
    }

    private static DeliveryTerms? DeliveryTerms(Node? terms)
    {
        var place = terms?.Child("DeliveryLocation")?.Identifier("ID");
        return terms is null ? null : new(terms.Text("ID"), terms.Text("SpecialTerms"), place?.Value, place?.SchemeId);
    }

    private static AttachedDocument AttachedDocument(Node document)
    {
        var attachment = document.Child("Attachment", "");
        return new(
            document.Text("ID"),
            document.Text("DocumentType"),
            attachment?.Child("ExternalReference")?.Text("URI"),
            attachment?.Attribute("EmbeddedDocumentBinaryObject", "filename"),
            attachment?.Attribute("EmbeddedDocumentBinaryObject", "mimeCode"),
            attachment?.Text("EmbeddedDocumentBinaryObject", "content"));
    }

    private static AllowanceOrCharge AllowanceOrCharge(Node one) => new(
        one.Indicator("ChargeIndicator", "isCharge", needed: true) ?? false,
        one.Amount("Amount", "amount", needed: true) ?? 0,
        one.Text("AllowanceChargeReasonCode"),
        one.Text("AllowanceChargeReason", "reason"),
        one.Percent("MultiplierFactorNumeric", "percent"),
        one.Amount("BaseAmount", "baseAmount"),
        Tax(one.Child("TaxCategory", "tax")));

    private static TaxCategory? Tax(Node? tax) => tax is null ? null : new(
        tax.Text("ID"), tax.Attribute("ID", "schemeID"), tax.Percent("Percent", "percent"), tax.Child("TaxScheme")?.Text("ID"));

    private static OrderTotals? Totals(Node? totals) => totals is null ? null : new(
        totals.Amount("LineExtensionAmount", "lineAmount"),
        totals.Amount("TaxExclusiveAmount", "taxExclusiveAmount"),
        totals.Amount("TaxInclusiveAmount", "taxInclusiveAmount"),
        totals.Amount("AllowanceTotalAmount", "allowanceTotal"),
        totals.Amount("ChargeTotalAmount", "chargeTotal"),
        totals.Amount("PrepaidAmount", "prepaidAmount"),
        totals.Amount("PayableRoundingAmount", "roundingAmount"),
        totals.Amount("PayableAmount", "payableAmount"));

    /// <summary>What no field was read from: text and attributes, in the order of the file.</summary>
    private List<UnmappedValue> Unmapped(XElement root)
    {
        var unmapped = new List<UnmappedValue>();
        Collect(root, "/Order");
        return unmapped;

        void Collect(XElement element, string path)
        {
            foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration && !_read.Contains(attribute)))
            {
                Keep($"{path}/@{NameOf(attribute.Name, attribute.Parent!)}", attribute.Value);
            }

            var text = OwnText(element);
            if (!_read.Contains(element) && (text.Length > 0 || !element.HasElements))
            {
                Keep(path, text);
            }

            var siblings = element.Elements().GroupBy(child => child.Name).ToDictionary(group => group.Key, group => (Count: group.Count(), Next: 1));
            foreach (var child in element.Elements())
            {
                if (unmapped.Count > MaxUnmapped)
                {
                    return;
                }

                var (count, next) = siblings[child.Name];
                siblings[child.Name] = (count, next + 1);
                Collect(child, $"{path}/{NameOf(child.Name, child)}{(count > 1 ? $"[{next}]" : "")}");
            }
        }

        void Keep(string path, string value)
        {
            if (unmapped.Count <= MaxUnmapped)
            {
                unmapped.Add(new(path, value));
            }
        }

        static string NameOf(XName name, XElement scope) =>
            name.Namespace == Cac || name.Namespace == Cbc || name.Namespace == XNamespace.None || scope.GetPrefixOfNamespace(name.Namespace) is not { Length: > 0 } prefix
                ? name.LocalName
                : $"{prefix}:{name.LocalName}";
    }

    private static string OwnText(XElement element) => string.Concat(element.Nodes().OfType<XText>().Select(text => text.Value)).Trim();

    /// <summary>Notes a fault at a field's element, or at the nearest element around it.</summary>
    private void Fault(string field, string rule, string sentence)
    {
        _faultyFields.Add(field);
        if (_faults.Count > MaxFaults)
        {
            return;
        }

        var known = field;
        while (!_places.ContainsKey(known) && known.Length > 0)
        {
            known = known[..Math.Max(known.LastIndexOfAny(['.', '[']), 0)];
        }

        var (element, path) = _places[known];
        _faults.Add(new(LineOf(element), ColumnOf(element), path, rule, sentence));
    }

    /// <summary>An element being read, with its path in the file and its field in the document. What is read is marked; the rest is unmapped.</summary>
    private sealed class Node
    {
        private readonly ReadUblOrder _reading;
        private readonly string _path;

        public Node(ReadUblOrder reading, XElement element, string path, string field)
        {
            (_reading, Element, _path, Field) = (reading, element, path, field);
            reading._places[field] = (element, path);
            if (OwnText(element).Length == 0)
            {
                reading._read.Add(element);
            }
        }

        public XElement Element { get; }

        public string Field { get; }

        /// <summary>The first element of that name below; with an empty field it belongs to this one's field.</summary>
        public Node? Child(string name, string? field = null) =>
            Element.Element(Cac + name) is { } child ? new(_reading, child, PathTo(Cac + name), FieldOf(field ?? name)) : null;

        public List<T> Children<T>(string name, string field, Func<Node, T> read)
        {
            // With so many faults the file is refused anyway: the rest isn't worth the time.
            var all = Element.Elements(Cac + name).ToList();
            return [.. all.TakeWhile(_ => _reading._faults.Count <= MaxFaults).Select((child, i) => read(new(
                _reading, child, $"{_path}/{name}{(all.Count > 1 ? $"[{i + 1}]" : "")}", $"{FieldOf(field)}[{i}]")))];
        }

        /// <summary>Text without the blanks around it; null if there is none.</summary>
        public string? Text(string name, string? field = null)
        {
            Place(name, field);
            return Element.Element(Cbc + name) is { } leaf ? Taken(leaf) : null;
        }

        public List<string> Texts(string name) => [.. Element.Elements(Cbc + name).Select(Taken).OfType<string>()];

        public string? Attribute(string element, string attribute)
        {
            if (Element.Element(Cbc + element)?.Attribute(attribute) is not { } found)
            {
                return null;
            }

            _reading._read.Add(found);
            return found.Value.Trim() is { Length: > 0 } value ? value : null;
        }

        public Identifier? Identifier(string name) => Text(name) is { } value ? new(value, Attribute(name, "schemeID")) : null;

        public ListedCode? Code(string name) => Text(name) is { } value
            ? new(value, Attribute(name, "listID"), Attribute(name, "listVersionID"), Attribute(name, "name"))
            : null;

        public DateOnly? Date(string name, string field)
        {
            if (Text(name, field) is not { } text)
            {
                return null;
            }

            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && Input.IsDay(date))
            {
                return date;
            }

            var rule = name is "IssueDate" or "StartDate" or "EndDate" ? OrderRule.DateFormat : OrderRule.Date;
            _reading.Fault(FieldOf(field), rule, $"'{CheckOrderDocument.Shown(text)}' is not a date YYYY-MM-DD of the years {Input.FirstYear} to {Input.LastYear}.");
            return null;
        }

        public bool? Indicator(string name, string field, bool needed = false)
        {
            switch (Text(name, field))
            {
                case "true" or "1":
                    return true;
                case "false" or "0":
                    return false;
                case null when !needed:
                    return null;
                case var text:
                    _reading.Fault(FieldOf(field), OrderRule.Indicator, text is null ? $"{name} is needed." : $"'{CheckOrderDocument.Shown(text)}' is neither true nor false.");
                    return null;
            }
        }

        public decimal? Percent(string name, string field)
        {
            if (Number(name, field) is not { } number)
            {
                return null;
            }

            // 28 digits are what a decimal holds exactly.
            if (number.Places <= 28 && BigInteger.Abs(number.Digits) < ExactDecimal.PowerOfTen(28))
            {
                return decimal.Parse(Text(name)!, NumberStyles.Number, CultureInfo.InvariantCulture);
            }

            Unreadable(field, $"'{Text(name)}' has more digits than a percentage can have.");
            return null;
        }

        public long? Amount(string name, string field, bool needed = false)
        {
            if (needed && Text(name, field) is null)
            {
                Unreadable(field, $"{name} is needed.");
            }

            if (Number(name, field) is not { } number || CheckedCurrency(name, field) is not { } places)
            {
                return null;
            }

            if (number.TryScale(places, out var minorUnits))
            {
                return minorUnits;
            }

            var rule = number.Places <= places ? OrderRule.Number : number.Places > 2 ? OrderRule.TwoDecimals : OrderRule.MinorUnit;
            Unreadable(
                field,
                number.Places <= places
                    ? $"'{Text(name)}' is too large an amount."
                    : $"'{Text(name)}' has more decimals than an amount in {_reading._currency} can have ({places}); amounts are not rounded.",
                rule);
            return null;
        }

        /// <summary>A price stated for so many units, as whole minor units per whole pieces.</summary>
        public UnitPrice? UnitPrice(string name, string field, ExactDecimal units, long piecesPerUnit)
        {
            if (Number(name, field) is not { } price || CheckedCurrency(name, field) is not { } places)
            {
                return null;
            }

            // Both sides times the power of ten that makes both whole.
            var pieces = new ExactDecimal(units.Digits * piecesPerUnit, units.Places);
            var scale = Math.Max(Math.Max(price.Places - places, PlacesOf(pieces)), 0);
            var minorUnits = price.Digits * ExactDecimal.PowerOfTen(places + scale) / ExactDecimal.PowerOfTen(price.Places);
            var perQuantity = pieces.Digits * ExactDecimal.PowerOfTen(scale) / ExactDecimal.PowerOfTen(pieces.Places);
            if (ExactDecimal.Fits(minorUnits, out var minor) && ExactDecimal.Fits(perQuantity, out var per))
            {
                return new(minor, per);
            }

            Unreadable(field, $"'{Text(name)}' has too many digits for a price.");
            return null;
        }

        public MeasuredQuantity? Quantity(string name, string field)
        {
            if (Number(name, field) is not { } number)
            {
                return null;
            }

            var unit = Attribute(name, "unitCode");
            var places = Math.Max(number.Places, unit is not null && Measured.Contains(unit) ? 3 : 0);
            if (places <= 9 && number.TryScale(places, out var pieces))
            {
                return new(pieces, (long)ExactDecimal.PowerOfTen(places), unit, Attribute(name, "unitCodeListID"));
            }

            Unreadable(field, $"'{Text(name)}' has too many digits for a quantity.");
            return null;
        }

        /// <summary>Remembers where in the file a field is, or would be.</summary>
        public void Place(string name, string? field)
        {
            if (field is not null)
            {
                _reading._places[FieldOf(field)] = (Element.Element(Cbc + name) ?? Element, PathTo(Cbc + name));
            }
        }

        private ExactDecimal? Number(string name, string field)
        {
            if (Text(name, field) is not { } text)
            {
                return null;
            }

            if (ExactDecimal.TryParse(text, out var number))
            {
                return number;
            }

            Unreadable(field, $"'{CheckOrderDocument.Shown(text)}' is not a decimal number such as 12.5.");
            return null;
        }

        /// <summary>Decimal places of the order's currency, after the amount's own currency was found to be the same.</summary>
        private int? CheckedCurrency(string name, string field)
        {
            if (Attribute(name, "currencyID") is not { } currency)
            {
                Unreadable(field, $"{name} must name its currency (currencyID).", OrderRule.AmountCurrency);
            }
            else if (currency != _reading._currency && CurrencyDecimals.Of(_reading._currency) is not null)
            {
                Unreadable(
                    field,
                    $"{name} is in {CheckOrderDocument.Shown(currency)}, but the order is in {CheckOrderDocument.Shown(_reading._currency)}; one order has one currency.",
                    OrderRule.OneCurrency);
            }
            else if (CurrencyDecimals.Of(_reading._currency) is { } places)
            {
                return places;
            }

            _reading._unreadableNumber = true;
            return null;
        }

        private void Unreadable(string field, string sentence, string rule = OrderRule.Number)
        {
            _reading._unreadableNumber = true;
            _reading.Fault(FieldOf(field), rule, sentence);
        }

        private string? Taken(XElement leaf)
        {
            _reading._read.Add(leaf);
            return OwnText(leaf) is { Length: > 0 } text ? text : null;
        }

        private string PathTo(XName name) =>
            $"{_path}/{name.LocalName}{(Element.Elements(name).Skip(1).Any() ? "[1]" : "")}";

        private string FieldOf(string field) => field.Length == 0 ? Field : Field.Length == 0 ? field : $"{Field}.{field}";

        private static int PlacesOf(ExactDecimal number)
        {
            var (digits, places) = (number.Digits, number.Places);
            while (places > 0 && digits % 10 == 0)
            {
                (digits, places) = (digits / 10, places - 1);
            }

            return places;
        }
    }
}
