using System.Diagnostics.CodeAnalysis;

namespace ExportConsortia.Allocation.Documents;

/// <summary>
/// Reads a buyer's UBL 2.1 order as it is sent on the Peppol network (BIS Order 3). Everything in the file goes into the <see cref="OrderDocument"/>,
/// unknown elements into <see cref="OrderDocument.Unmapped"/>. Whatever can't be read exactly is a fault; all faults are reported at once.
/// </summary>
internal sealed class ReadUblOrder
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    private const string Specification = "urn:fdc:peppol.eu:poacc:trns:order:3";

    private static readonly string[] Processes =
    [
        "urn:fdc:peppol.eu:poacc:bis:order_only:3",
        "urn:fdc:peppol.eu:poacc:bis:ordering:3",
        "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3",
    ];

    private readonly UblReading _reading;

    private ReadUblOrder(UblReading reading) => _reading = reading;

    /// <summary>The order, or why there is none.</summary>
    internal sealed record Result(OrderDocument? Order, IReadOnlyList<UblFault> Faults)
    {
        /// <summary>What the manager must decide before the order is accepted.</summary>
        public IReadOnlyList<DocumentQuestion> Questions { get; init; } = [];

        /// <summary>True if the file is an order without faults.</summary>
        [MemberNotNullWhen(true, nameof(Order))]
        public bool Readable => Order is not null;

        /// <summary>Places in the file, of an order without faults.</summary>
        internal UblReading? Reading { private get; init; }

        /// <summary>Faults that show only later, each at its element in the file.</summary>
        public IReadOnlyList<UblFault> AtTheirPlaces(IEnumerable<OrderFault> faults)
        {
            foreach (var fault in faults)
            {
                Reading!.Fault(fault.Field, fault.Rule, fault.Sentence);
            }

            return Reading!.Faults;
        }
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
        var (root, refusal) = ParseUblOrder.Parse(file);
        if (root is null)
        {
            return Refused(refusal!);
        }

        var reading = new UblReading();
        var read = new ReadUblOrder(reading);
        var order = read.Order(new(reading, root, "/Order", ""));
        read.CheckRules(order);
        return reading.Faults.Count == 0
            ? new(order, []) { Questions = [.. reading.Questions], Reading = reading }
            : new(null, [.. reading.Faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column).Take(UblReading.MaxFaults)]);
    }

    private OrderDocument Order(UblElement order)
    {
        _reading.Currency = order.Text("DocumentCurrencyCode", "currency") ?? "";
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
            Currency = _reading.Currency,
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
            PaymentTerms = order.Child("PaymentTerms")?.AllText("Note"),
            AllowancesAndCharges = order.Children("AllowanceCharge", "allowancesAndCharges", AllowanceOrCharge),
            TaxAmount = order.Child("TaxTotal")?.Amount("TaxAmount", "taxAmount"),
            Totals = Totals(order.Child("AnticipatedMonetaryTotal", "totals")),
            Lines = order.Children("OrderLine", "lines", Line),
        };
        return read with { Unmapped = _reading.Unmapped(order.Element, read.Lines) };
    }

    /// <summary>What a file must have in addition to an order sent as JSON.</summary>
    private void Mandatory(UblElement order)
    {
        Needed("CustomizationID", "customizationId", OrderRule.CustomizationMissing);
        Needed("ProfileID", "profileId", OrderRule.ProfileMissing);
        Needed("ID", "orderNumber", OrderRule.IdMissing);
        Needed("IssueDate", "issueDate", OrderRule.IssueDateMissing);

        if (order.Text("CustomizationID", "customizationId") is { } customization
            && !(customization.StartsWith(Specification, StringComparison.Ordinal)
                && customization[Specification.Length..] is "" or [':' or '#', ..]))
        {
            _reading.Fault("customizationId", OrderRule.Customization,
                $"CustomizationID must be '{Specification}', not '{CheckOrderDocument.Shown(customization)}'.");
        }

        if (order.Text("ProfileID", "profileId") is { } profile && !Processes.Contains(profile))
        {
            _reading.Fault(
                "profileId",
                OrderRule.Profile,
                $"ProfileID must be one of '{string.Join("', '", Processes)}', not '{CheckOrderDocument.Shown(profile)}'.");
        }

        // Only looked at: a false one stays in the list of what has no field.
        if (order.Element.Elements(UblReading.Cbc + "CopyIndicator").FirstOrDefault(one => UblReading.OwnText(one) is not ("false" or "0"))
            is { } copy)
        {
            _reading.Places["copy"] = (copy, "/Order/CopyIndicator");
            _reading.Fault("copy", OrderRule.Copy, "This is a copy of an order (CopyIndicator is not false): the order itself is needed.");
        }

        foreach (var (element, field, rule) in new[]
        {
            ("BuyerCustomerParty", "buyer", OrderRule.BuyerMissing),
            ("SellerSupplierParty", "seller", OrderRule.SellerMissing),
        })
        {
            if (order.Child(element, field)?.Child("Party", "") is null)
            {
                _reading.Fault(field, rule, $"The order must have a {element} with a Party.");
                _reading.FaultyFields.Add($"{field}.name");
            }
        }

        if (order.Element.Elements(UblReading.Cac + "OrderLine").Any() is false)
        {
            _reading.Places["lines"] = (order.Element, "/Order/OrderLine");
        }

        void Needed(string element, string field, string rule)
        {
            if (order.Text(element, field) is null)
            {
                _reading.Fault(field, rule, $"The order must have a {element}.");
            }
        }
    }

    private void CheckRules(OrderDocument order)
    {
        if (order.Seller is { } seller && string.IsNullOrWhiteSpace(seller.KnownAs) && seller.Identifications.Count == 0 && seller.Endpoint is null)
        {
            _reading.Fault("seller", OrderRule.SellerName, "The seller must have a name or a number.");
        }

        foreach (var fault in CheckOrderDocument.Faults(order, sums: !_reading.HasUnreadableNumber)
            .Where(fault => !_reading.FaultyFields.Contains(fault.Field)))
        {
            _reading.Fault(fault.Field, fault.Rule, fault.Sentence);
        }

        if (order.Unmapped.Count > UblReading.MaxUnmapped)
        {
            _reading.Faults.Add(new(1, 1, "/Order", OrderRule.Shape,
                $"The file has more than {UblReading.MaxUnmapped} elements that an order on Peppol does not know."));
        }
    }

    private DocumentLine Line(UblElement orderLine)
    {
        var note = orderLine.AllText("Note");
        if (orderLine.Child("LineItem", "") is not { } line)
        {
            _reading.Fault($"{orderLine.Field}.lineId", OrderRule.LineId, "The order line has no LineItem.");
            _reading.FaultyFields.UnionWith([$"{orderLine.Field}.quantity", $"{orderLine.Field}.unit", $"{orderLine.Field}.item"]);
            return new() { Note = note };
        }

        note = string.Join('\n', new[] { note, line.AllText("Note") }.OfType<string>()) is { Length: > 0 } notes ? notes : null;
        var quantity = line.Quantity("Quantity", "quantity");
        line.Place("Quantity", "unit");
        if (line.Text("Quantity", "quantity") is null)
        {
            _reading.Fault($"{line.Field}.quantity", OrderRule.Quantity, "The order line must have a Quantity.");
            _reading.FaultyFields.Add($"{line.Field}.unit");
        }

        var item = Item(line.Child("Item", "item"));
        if (item.Name is null)
        {
            line.Child("Item", "item")?.Text("Name", "");
            _reading.Fault($"{line.Field}.item", OrderRule.Item, "The item must have a Name.");
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

    private static DocumentItem Item(UblElement? item) => item is null ? new() : new()
    {
        Description = item.AllText("Description"),
        Name = item.Text("Name"),
        BuyersId = item.Child("BuyersItemIdentification")?.Identifier("ID"),
        SellersId = item.Child("SellersItemIdentification")?.Identifier("ID"),
        ManufacturersId = item.Child("ManufacturersItemIdentification")?.Identifier("ID"),
        StandardId = item.Child("StandardItemIdentification")?.Identifier("ID"),
        Specifications = [.. item.Children("ItemSpecificationDocumentReference", "specifications", reference => reference.Text("ID"))
            .OfType<string>()],
        Classifications = [.. item.Children("CommodityClassification", "classifications", code => code.Code("ItemClassificationCode"))
            .OfType<ListedCode>()],
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

    private LinePrice? Price(UblElement? price, long piecesPerUnit)
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
            _reading.Fault($"{price.Field}.discount.isCharge", OrderRule.PriceDiscount,
                "A price may carry a discount (ChargeIndicator false), not a charge.");
        }

        var discount = adjustment?.UnitPrice("Amount", "amount", baseUnits, piecesPerUnit);
        var list = adjustment?.UnitPrice("BaseAmount", "listPrice", baseUnits, piecesPerUnit);
        if (net is null)
        {
            if (price.Text("PriceAmount") is null)
            {
                _reading.Fault(price.Field, OrderRule.Number, "The price must have a PriceAmount.");
            }

            return null;
        }

        return new(net.MinorUnits, net.PerQuantity, baseQuantity, discount, list);
    }

    private static DocumentParty? Party(UblElement? party) => party is null ? null : new()
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

    private static PostalAddress? Address(UblElement? address) => address is null ? null : new(
        address.Text("StreetName"),
        address.Text("AdditionalStreetName"),
        address.Text("CityName"),
        address.Text("PostalZone"),
        address.Text("CountrySubentity"),
        address.Child("AddressLine")?.Text("Line"),
        address.Child("Country")?.Text("IdentificationCode"),
        address.Child("Country")?.Attribute("IdentificationCode", "listID"));

    private static DeliveryPeriod? Period(UblElement? period) => period is null ? null : new(
        period.Date("StartDate", "startDate"), period.Text("StartTime", "startTime"), period.Date("EndDate", "endDate"),
            period.Text("EndTime", "endTime"));

    private static DeliveryRequest? Delivery(UblElement? delivery)
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
            ShippingMarks = [.. (shipment?.Children("TransportHandlingUnit", "shippingMarks", unit => unit.Text("ShippingMarks")) ?? [])
                .OfType<string>()],
        };
    }

    private static DeliveryTerms? DeliveryTerms(UblElement? terms)
    {
        var place = terms?.Child("DeliveryLocation")?.Identifier("ID");
        return terms is null ? null : new(terms.Text("ID"), terms.Text("SpecialTerms"), place?.Value, place?.SchemeId);
    }

    private static AttachedDocument AttachedDocument(UblElement document)
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

    private static AllowanceOrCharge AllowanceOrCharge(UblElement one) => new(
        one.Indicator("ChargeIndicator", "isCharge", needed: true) ?? false,
        one.Amount("Amount", "amount", needed: true) ?? 0,
        one.Text("AllowanceChargeReasonCode"),
        one.Text("AllowanceChargeReason", "reason"),
        one.Percent("MultiplierFactorNumeric", "percent"),
        one.Amount("BaseAmount", "baseAmount"),
        Tax(one.Child("TaxCategory", "tax")));

    private static TaxCategory? Tax(UblElement? tax) => tax is null ? null : new(
        tax.Text("ID"), tax.Attribute("ID", "schemeID"), tax.Percent("Percent", "percent"), tax.Child("TaxScheme")?.Text("ID"));

    private static OrderTotals? Totals(UblElement? totals) => totals is null ? null : new(
        totals.Amount("LineExtensionAmount", "lineAmount"),
        totals.Amount("TaxExclusiveAmount", "taxExclusiveAmount"),
        totals.Amount("TaxInclusiveAmount", "taxInclusiveAmount"),
        totals.Amount("AllowanceTotalAmount", "allowanceTotal"),
        totals.Amount("ChargeTotalAmount", "chargeTotal"),
        totals.Amount("PrepaidAmount", "prepaidAmount"),
        totals.Amount("PayableRoundingAmount", "roundingAmount"),
        totals.Amount("PayableAmount", "payableAmount"));
}
