using System.Globalization;
using System.Numerics;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ExportConsortia.Allocation.Documents;

/// <summary>
/// Writes the answer to the buyer: a UBL 2.1 OrderResponse of the Peppol network (transaction T76). Accepted or rejected as a whole
/// it has no lines, as the network wants it (PEPPOL-T76-R008, R009); as soon as one line differs, every line is answered (R007).
/// </summary>
internal static class WriteUblOrderResponse
{
    private const int MostPlaces = 18;

    private static readonly XNamespace Ubl = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2";
    private static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    /// <summary>The file, UTF-8. Each line of the order must be answered once, else it is an <see cref="ArgumentException"/>.</summary>
    public static byte[] Write(OrderDocument order, OrderAnswer answer)
    {
        var answers = answer.Lines.ToDictionary(line => line.LineId);
        if (answers.Count != order.Lines.Count || order.Lines.FirstOrDefault(line => !answers.ContainsKey(line.LineId)) is not null)
        {
            throw new ArgumentException("Each line of the order must be answered, and no other.", nameof(answer));
        }

        if (answer.Lines.FirstOrDefault(line => line.Quantity is { Pieces: <= 0 }
            || (line.Quantity is not null && line.Answer != LineAnswer.Changed)) is { } wrong)
        {
            throw new ArgumentException($"Line {wrong.LineId}: only a changed line has a quantity of its own, more than zero.", nameof(answer));
        }

        var seller = answer.OwnParty ?? order.Seller ?? answer.Seller
            ?? throw new ArgumentException("The order names no seller; the answer must.", nameof(answer));
        var number = order.OrderNumber ?? answer.OrderReference
            ?? throw new ArgumentException("The order has no number; the answer must name it.", nameof(answer));
        var code = CodeOf(answer);
        var whole = code != "CA";
        var promised = answer.Promised ?? (whole ? answer.Lines[0].Promised : null);
        var note = whole ? string.Join(' ', new[] { answer.Note }.Concat(answer.Lines.Select(line => line.Note))
            .Where(text => !string.IsNullOrWhiteSpace(text)).Distinct()) : answer.Note;

        // The order of the elements is the schema's.
        var response = new XElement(
            Ubl + "OrderResponse",
            new XAttribute("xmlns", Ubl.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "cac", Cac.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "cbc", Cbc.NamespaceName),
            Value("CustomizationID", "urn:fdc:peppol.eu:poacc:trns:order_response:3"),
            Value("ProfileID", "urn:fdc:peppol.eu:poacc:bis:ordering:3"),
            Value("ID", answer.ResponseId),
            Value("SalesOrderID", order.SalesOrderNumber),
            Value("IssueDate", answer.IssuedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            Value("IssueTime", answer.IssuedAt.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            Value("OrderResponseCode", code),
            Value("Note", note),
            Value("DocumentCurrencyCode", order.Currency),
            Value("CustomerReference", order.CustomerReference),
            new XElement(Cac + "OrderReference", Value("ID", number)),
            new XElement(Cac + "SellerSupplierParty", Party(seller)),
            new XElement(Cac + "BuyerCustomerParty", Party(order.Buyer)),
            Promised(promised),
            whole ? null : order.Lines.Select(line => Line(order, line, answers[line.LineId])));

        using var file = new MemoryStream();
        using (var writer = XmlWriter.Create(file, new() { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
        {
            response.Save(writer);
        }

        return file.ToArray();
    }

    /// <summary>AP: all as ordered; RE: nothing; CA: anything between, also lines that are promised for different times.</summary>
    private static string CodeOf(OrderAnswer answer) =>
        answer.Lines.All(line => line.Answer == LineAnswer.Rejected) ? "RE"
        : answer.Lines.All(line => line.Answer == LineAnswer.Accepted) && answer.Lines.Select(line => line.Promised).Distinct().Count() == 1 ? "AP"
        : "CA";

    private static XElement Line(OrderDocument order, DocumentLine line, AnsweredLine answer) => new(
        Cac + "OrderLine",
        new XElement(
            Cac + "LineItem",
            Value("ID", line.LineId),
            Value("Note", answer.Note),
            Value("LineStatusCode", answer.Answer switch { LineAnswer.Accepted => "5", LineAnswer.Changed => "3", _ => "7" }),
            answer.Answer == LineAnswer.Rejected
                ? null
                : Quantity("Quantity", answer.Quantity ?? new(line.Quantity, line.PiecesPerUnit), line),
            Promised(answer.Promised),
            Price(order.Currency, line, answer.Quantity?.Unit is { } unit && unit != line.Unit),
            Item(line)),
        new XElement(Cac + "OrderLineReference", Value("LineID", line.LineId)));

    private static XElement? Price(string currency, DocumentLine line, bool quantityInAnotherUnit)
    {
        if (line.Price is not { } price)
        {
            return null;
        }

        // As the buyer stated it, for the base quantity or one unit, if that is a finite decimal; else for the pieces of the exact price.
        var decimals = CurrencyDecimals.Of(currency) ?? 2;
        var stated = price.BaseQuantity is { } given && !line.HasPricePerAnotherUnit ? given : new(line.PiecesPerUnit, line.PiecesPerUnit);
        var dividend = (BigInteger)price.MinorUnits * stated.Pieces * line.PiecesPerUnit * ExactDecimal.PowerOfTen(MostPlaces);
        var divisor = (BigInteger)stated.PiecesPerUnit * price.PerQuantity;
        var finite = dividend % divisor == 0;
        var amount = finite ? new ExactDecimal(dividend / divisor, MostPlaces + decimals) : new ExactDecimal(price.MinorUnits, decimals);
        return new(
            Cac + "Price",
            new XElement(Cbc + "PriceAmount", new XAttribute("currencyID", currency), amount.ToText(decimals)),
            !finite ? Quantity("BaseQuantity", new(price.PerQuantity, line.PiecesPerUnit, line.Unit), line)
            : price.BaseQuantity is null && !quantityInAnotherUnit ? null
            : Quantity("BaseQuantity", stated with { Unit = stated.Unit ?? line.Unit }, line));
    }

    private static XElement Item(DocumentLine line) => new(
        Cac + "Item",
        Value("Name", line.Item.Name ?? line.Product
            ?? (line.Item.SellersId ?? line.Item.BuyersId ?? line.Item.StandardId ?? line.Item.ManufacturersId)?.Value),
        Identification("BuyersItemIdentification", line.Item.BuyersId),
        Identification("SellersItemIdentification", line.Item.SellersId),
        Identification("StandardItemIdentification", line.Item.StandardId));

    private static XElement? Identification(string name, Identifier? id) => id?.Value is null ? null : new(Cac + name, Id("ID", id));

    private static XElement Party(DocumentParty party) => new(
        Cac + "Party",
        Id("EndpointID", party.Endpoint),
        party.Identifications.Select(id => new XElement(Cac + "PartyIdentification", Id("ID", id))),
        (party.LegalEntity?.RegistrationName ?? party.Name) is { } name
            ? new XElement(Cac + "PartyLegalEntity", Value("RegistrationName", name))
            : null);

    private static XElement? Promised(DeliveryPeriod? period) => period is null or { StartDate: null, EndDate: null } ? null : new(
        Cac + "Delivery",
        new XElement(
            Cac + "PromisedDeliveryPeriod",
            Value("StartDate", period.StartDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            Value("StartTime", period.StartTime),
            Value("EndDate", period.EndDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            Value("EndTime", period.EndTime)));

    // A quantity that names no unit is in the line's.
    private static XElement Quantity(string name, MeasuredQuantity quantity, DocumentLine line)
    {
        var unitListId = quantity.Unit is null ? line.UnitListId : quantity.UnitListId;
        return new(
            Cbc + name,
            new XAttribute("unitCode", quantity.Unit ?? line.Unit),
            unitListId is null ? null : new XAttribute("unitCodeListID", unitListId),
            new ExactDecimal(quantity.Pieces, quantity.PiecesPerUnit.ToString(CultureInfo.InvariantCulture).Length - 1).ToText());
    }

    private static XElement? Id(string name, Identifier? id) => id is not { Value: { } value } ? null : new(
        Cbc + name, id.SchemeId is null ? null : new XAttribute("schemeID", id.SchemeId), Writable(value));

    private static XElement? Value(string name, string? text) => string.IsNullOrWhiteSpace(text) ? null : new(Cbc + name, Writable(text));

    // Text typed by people may hold control characters, which XML can't.
    private static string Writable(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.Value < 0x10000 && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString()));
}
