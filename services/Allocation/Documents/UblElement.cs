using System.Globalization;
using System.Numerics;
using System.Xml.Linq;

namespace ExportConsortia.Allocation.Documents;

/// <summary>An element being read, with its path in the file and its field in the document. What is read is marked.</summary>
internal sealed class UblElement
{
    // Goods that are weighed or measured: a piece is a thousandth of the unit.
    private static readonly HashSet<string> Measured =
    [
        "KGM", "GRM", "TNE", "DTN", "LBR", "ONZ", "STN", "LTN", "LTR", "MLT", "CLT", "DLT", "HLT", "GLL", "GLI", "MTR", "CMT", "MMT", "DMT", "KMT",
        "FOT", "INH", "YRD", "MTK", "CMK", "MMK", "DMK", "FTK", "YDK", "INK", "MTQ", "CMQ", "DMQ", "MMQ", "FTQ", "YDQ", "KWH", "MWH",
    ];

    // UBL 2.1 allows these more than once wherever one of them is read here. Every other element that is read as one occurs once.
    private static readonly HashSet<string> MayRepeat =
    [
        "AddressLine", "AllowanceCharge", "AllowanceChargeReason", "ClassifiedTaxCategory", "Contract", "Delivery", "Description",
        "ManufacturersItemIdentification", "Note", "OrderDocumentReference", "PartyLegalEntity", "PartyName", "PaymentTerms", "ProjectReference",
        "ShippingMarks", "SpecialTerms", "TaxCategory", "TaxTotal", "ValidityPeriod", "ValueQualifier",
    ];

    private readonly UblReading _reading;
    private readonly string _path;

    public UblElement(UblReading reading, XElement element, string path, string field)
    {
        (_reading, Element, _path, Field) = (reading, element, path, field);
        reading.Places[field] = (element, path);
        reading.Visited.Add(element);
        if (UblReading.OwnText(element).Length == 0)
        {
            reading.Read.Add(element);
        }
    }

    public XElement Element { get; }

    public string Field { get; }

    /// <summary>
    /// The element of that name below; with an empty field it belongs to this one's field. If several are allowed it is the first, and the others
    /// stay unread.
    /// </summary>
    public UblElement? Child(string name, string? field = null) =>
        First(UblReading.Cac + name) is { } child ? new(_reading, child, PathTo(UblReading.Cac + name), FieldOf(field ?? name)) : null;

    public List<T> Children<T>(string name, string field, Func<UblElement, T> read)
    {
        var all = Element.Elements(UblReading.Cac + name).ToList();
        return [.. all.TakeWhile(_ => _reading.Faults.Count <= UblReading.MaxFaults).Select((child, i) => read(new(
            _reading, child, $"{_path}/{name}{(all.Count > 1 ? $"[{i + 1}]" : "")}", $"{FieldOf(field)}[{i}]")))];
    }

    /// <summary>Text without the blanks around it; null if there is none.</summary>
    public string? Text(string name, string? field = null)
    {
        Place(name, field);
        return First(UblReading.Cbc + name) is { } leaf ? Taken(leaf) : null;
    }

    /// <summary>All texts of that name, each on lines of its own; null if there is none.</summary>
    public string? AllText(string name) => Texts(name) is { Count: > 0 } texts ? string.Join('\n', texts) : null;

    public List<string> Texts(string name) => [.. Element.Elements(UblReading.Cbc + name).Select(Taken).OfType<string>()];

    public string? Attribute(string element, string attribute)
    {
        if (Element.Element(UblReading.Cbc + element)?.Attribute(attribute) is not { } found)
        {
            return null;
        }

        _reading.Read.Add(found);
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
        _reading.Fault(FieldOf(field), rule,
            $"'{CheckOrderDocument.Shown(text)}' is not a date YYYY-MM-DD of the years {Input.FirstYear} to {Input.LastYear}.");
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
                _reading.Fault(FieldOf(field), OrderRule.Indicator, text is null
                    ? $"{name} is needed."
                    : $"'{CheckOrderDocument.Shown(text)}' is neither true nor false.");
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
                : $"'{Text(name)}' has more decimals than an amount in {_reading.Currency} can have ({places}); amounts are not rounded.",
            rule);
        return null;
    }

    /// <summary>A price stated for a number of units, as whole minor units per whole pieces.</summary>
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
            _reading.Places[FieldOf(field)] = (Element.Element(UblReading.Cbc + name) ?? Element, PathTo(UblReading.Cbc + name));
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
        else if (currency != _reading.Currency && CurrencyDecimals.Of(_reading.Currency) is not null)
        {
            Unreadable(
                field,
                $"{name} is in {CheckOrderDocument.Shown(currency)}, but the order is in {CheckOrderDocument.Shown(_reading.Currency)}; "
                + "one order has one currency.",
                OrderRule.OneCurrency);
        }
        else if (CurrencyDecimals.Of(_reading.Currency) is { } places)
        {
            return places;
        }

        _reading.HasUnreadableNumber = true;
        return null;
    }

    private void Unreadable(string field, string sentence, string rule = OrderRule.Number)
    {
        _reading.HasUnreadableNumber = true;
        _reading.Fault(FieldOf(field), rule, sentence);
    }

    private XElement? First(XName name)
    {
        var first = Element.Element(name);
        if (!MayRepeat.Contains(name.LocalName) && first?.ElementsAfterSelf(name).FirstOrDefault() is { } second)
        {
            _reading.Repeated(second, $"{_path}/{name.LocalName}[2]");
        }

        return first;
    }

    private string? Taken(XElement leaf)
    {
        _reading.Read.Add(leaf);
        return UblReading.OwnText(leaf) is { Length: > 0 } text ? text : null;
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
