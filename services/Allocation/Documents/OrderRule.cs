namespace ExportConsortia.Allocation.Documents;

/// <summary>The rules that a buyer's order is refused by. Where the Peppol network has the rule, its id is used; the others are ours.</summary>
internal static class OrderRule
{
    /// <summary>The file is XML, and all of it.</summary>
    public const string Xml = "UBL-ORD-01";

    /// <summary>The bytes are in the encoding that the file declares, and it is one we read.</summary>
    public const string Encoding = "UBL-ORD-02";

    /// <summary>No document type declaration, so no entities.</summary>
    public const string NoDtd = "UBL-ORD-03";

    /// <summary>At most 5 MiB.</summary>
    public const string Size = "UBL-ORD-04";

    /// <summary>Depth, names and number of unknown elements stay within what any real order has.</summary>
    public const string Shape = "UBL-ORD-05";

    /// <summary>The root element is a UBL 2.1 Order.</summary>
    public const string Root = "UBL-ORD-06";

    /// <summary>An element that UBL 2.1 allows once occurs once.</summary>
    public const string Once = "UBL-ORD-07";

    /// <summary>The file is the order itself, not a copy of it.</summary>
    public const string Copy = "UBL-ORD-08";

    /// <summary>The buyer has a name.</summary>
    public const string BuyerName = "UBL-ORD-10";

    /// <summary>The seller has a name or a number.</summary>
    public const string SellerName = "UBL-ORD-11";

    /// <summary>Each line has the buyer's id.</summary>
    public const string LineId = "UBL-ORD-12";

    /// <summary>Each line has a quantity.</summary>
    public const string Quantity = "UBL-ORD-13";

    /// <summary>Each quantity has a unit.</summary>
    public const string Unit = "UBL-ORD-14";

    /// <summary>A quantity of zero orders nothing.</summary>
    public const string QuantityZero = "UBL-ORD-15";

    /// <summary>Each line says what is ordered: in a file by a name, in JSON by product code, name or number.</summary>
    public const string Item = "UBL-ORD-16";

    /// <summary>Numbers are plain decimal numbers that we can hold exactly.</summary>
    public const string Number = "UBL-ORD-17";

    /// <summary>No amount is finer than the currency's minor unit; we never round.</summary>
    public const string MinorUnit = "UBL-ORD-18";

    /// <summary>An amount names its currency.</summary>
    public const string AmountCurrency = "UBL-ORD-19";

    /// <summary>The currency is an ISO 4217 code.</summary>
    public const string Currency = "UBL-ORD-20";

    /// <summary>A date is a day of the calendar.</summary>
    public const string Date = "UBL-ORD-21";

    /// <summary>A time of day is hh:mm:ss.</summary>
    public const string Time = "UBL-ORD-22";

    /// <summary>An indicator is true or false.</summary>
    public const string Indicator = "UBL-ORD-23";

    /// <summary>A period ends on or after the day on which it starts.</summary>
    public const string Period = "UBL-ORD-24";

    /// <summary>Pieces per unit are a power of ten, at least 1.</summary>
    public const string PiecesPerUnit = "UBL-ORD-25";

    /// <summary>An embedded document is base64.</summary>
    public const string Base64 = "UBL-ORD-26";

    /// <summary>A price may carry a discount, not a charge.</summary>
    public const string PriceDiscount = "UBL-ORD-27";

    /// <summary>Texts that go into offers and accounts have a maximum length.</summary>
    public const string Length = "UBL-ORD-28";

    /// <summary>A unit is a code of UN/ECE Recommendation 20 or 21, exactly as written there.</summary>
    public const string UnitCode = "UBL-ORD-41";

    /// <summary>No quantity is finer than the unit in which the product is counted; we never round.</summary>
    public const string ProductUnit = "UBL-ORD-42";

    /// <summary>A price per another unit than that of the quantity can be converted exactly.</summary>
    public const string PriceUnit = "UBL-ORD-43";

    /// <summary>The specification is named.</summary>
    public const string CustomizationMissing = "PEPPOL-T01-B00101";

    /// <summary>The process is named.</summary>
    public const string ProfileMissing = "PEPPOL-T01-B00102";

    /// <summary>The order has the buyer's number.</summary>
    public const string IdMissing = "PEPPOL-T01-B00103";

    /// <summary>The order has an issue date.</summary>
    public const string IssueDateMissing = "PEPPOL-T01-B00104";

    /// <summary>The order has a currency.</summary>
    public const string CurrencyMissing = "PEPPOL-T01-B00105";

    /// <summary>The order has a buyer.</summary>
    public const string BuyerMissing = "PEPPOL-T01-B00106";

    /// <summary>The order has a seller.</summary>
    public const string SellerMissing = "PEPPOL-T01-B00107";

    /// <summary>The order has at least one line.</summary>
    public const string LinesMissing = "PEPPOL-T01-B00108";

    /// <summary>Line ids are unique within the order.</summary>
    public const string LineIdUnique = "PEPPOL-T01-R001";

    /// <summary>One currency for the whole order.</summary>
    public const string OneCurrency = "PEPPOL-T01-R003";

    /// <summary>No ordered quantity is negative.</summary>
    public const string QuantityNegative = "PEPPOL-T01-R004";

    /// <summary>No net price is negative.</summary>
    public const string PriceNegative = "PEPPOL-T01-R005";

    /// <summary>The payable amount is not negative.</summary>
    public const string PayableNegative = "PEPPOL-T01-R006";

    /// <summary>The sum of the lines is not negative.</summary>
    public const string LineTotalNegative = "PEPPOL-T01-R007";

    /// <summary>The sum of the lines is what the lines add up to.</summary>
    public const string LineTotal = "PEPPOL-T01-R008";

    /// <summary>The sum of the allowances is what the order's allowances add up to.</summary>
    public const string AllowanceTotal = "PEPPOL-T01-R009";

    /// <summary>The sum of the charges is what the order's charges add up to.</summary>
    public const string ChargeTotal = "PEPPOL-T01-R010";

    /// <summary>Without tax = lines - allowances + charges.</summary>
    public const string TaxExclusive = "PEPPOL-T01-R011";

    /// <summary>An originator has a name or a number.</summary>
    public const string Originator = "PEPPOL-T01-R014";

    /// <summary>Payable = with tax - prepaid + rounding.</summary>
    public const string Payable = "PEPPOL-T01-R016";

    /// <summary>With tax = without tax + tax.</summary>
    public const string TaxInclusive = "PEPPOL-T01-R017";

    /// <summary>Net price = list price - discount.</summary>
    public const string NetPrice = "PEPPOL-T01-R019";

    /// <summary>A percentage has a base amount.</summary>
    public const string PercentWithoutBase = "PEPPOL-T01-R020";

    /// <summary>A base amount has a percentage.</summary>
    public const string BaseWithoutPercent = "PEPPOL-T01-R021";

    /// <summary>Amount = base amount x percentage / 100, give or take 0.02.</summary>
    public const string PercentOfBase = "PEPPOL-T01-R022";

    /// <summary>An allowance or charge has a reason.</summary>
    public const string Reason = "PEPPOL-T01-R023";

    /// <summary>Line amount = quantity x price + charges - allowances, give or take 0.02.</summary>
    public const string LineAmount = "PEPPOL-T01-R024";

    /// <summary>A price is for more than nothing.</summary>
    public const string BaseQuantity = "PEPPOL-T01-R025";

    /// <summary>No list price is negative.</summary>
    public const string ListPriceNegative = "PEPPOL-T01-R027";

    /// <summary>Amounts have at most two decimals (prices may have more).</summary>
    public const string TwoDecimals = "PEPPOL-T01-R028";

    /// <summary>A tax category has a rate, except category O.</summary>
    public const string TaxRate = "PEPPOL-T01-R029";

    /// <summary>The standard rate is more than zero.</summary>
    public const string StandardRate = "PEPPOL-T01-R030";

    /// <summary>The process is one that orders are sent in.</summary>
    public const string Profile = "PEPPOL-T01-R031";

    /// <summary>No allowance or charge is negative.</summary>
    public const string AllowanceNegative = "PEPPOL-T01-R032";

    /// <summary>No discount on a price is negative.</summary>
    public const string DiscountNegative = "PEPPOL-T01-R033";

    /// <summary>The specification is Peppol's order, version 3.</summary>
    public const string Customization = "PEPPOL-T01-R034";

    /// <summary>Dates are YYYY-MM-DD.</summary>
    public const string DateFormat = "PEPPOL-COMMON-R030";
}
