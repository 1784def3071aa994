using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Documents;

/// <summary>
/// Checks an order before it is stored, whether it came as JSON or as a file. Nothing is corrected or rounded: all faults are reported at once.
/// </summary>
internal static partial class CheckOrderDocument
{
    /// <summary>Longest line id: it is part of routes and of everything recorded about the line.</summary>
    public const int LongestLineId = 100;

    /// <summary>All faults of an order.</summary>
    /// <param name="order">The order.</param>
    /// <param name="sums">False: no sums are checked, because some number could not be read.</param>
    /// <param name="pricesConverted">
    /// True: prices that the buyer stated per another unit than that of the quantity have been converted; until then their sums can't be checked.
    /// </param>
    public static List<OrderFault> Faults(OrderDocument order, bool sums = true, bool pricesConverted = false)
    {
        var faults = new List<OrderFault>();
        void Fault(string field, string rule, string sentence) => faults.Add(new(field, rule, sentence));

        if (order.Currency.Length == 0)
        {
            Fault("currency", OrderRule.CurrencyMissing, "The order must name its currency.");
        }
        else if (CurrencyDecimals.Of(order.Currency) is null)
        {
            Fault("currency", OrderRule.Currency, $"'{Shown(order.Currency)}' is not a currency code of ISO 4217.");
        }

        if (string.IsNullOrWhiteSpace(order.Buyer.KnownAs))
        {
            Fault("buyer.name", OrderRule.BuyerName, "The buyer must have a name.");
        }

        if (order.Originator is { } originator && string.IsNullOrWhiteSpace(originator.KnownAs) && originator.Identifications.Count == 0)
        {
            Fault("originator", OrderRule.Originator, "The originator must have a name or a number.");
        }

        if (order.Lines.Count == 0)
        {
            Fault("lines", OrderRule.LinesMissing, "The order must have at least one line.");
        }

        Length("orderNumber", order.OrderNumber, 200);
        Length("buyer.name", order.Buyer.KnownAs, 200);
        Length("deliveryTerms.incoterm", order.DeliveryTerms?.Incoterm, 200);
        Length("deliveryTerms.namedPlace", order.DeliveryTerms?.NamedPlace, 200);
        Time("issueTime", order.IssueTime);
        Period("validity", order.Validity);
        Delivery("delivery", order.Delivery);

        for (var i = 0; i < order.AdditionalDocuments.Count; i++)
        {
            if (order.AdditionalDocuments[i].Content is { } content && !IsBase64(content))
            {
                Fault($"additionalDocuments[{i}].content", OrderRule.Base64, "The content of an attached document must be base64.");
            }
        }

        AllowancesAndCharges("allowancesAndCharges", order.AllowancesAndCharges);
        Totals();

        var seen = new Dictionary<string, int>();
        for (var i = 0; i < order.Lines.Count; i++)
        {
            Line($"lines[{i}]", i, order.Lines[i]);
        }

        return faults;

        void Line(string field, int index, DocumentLine line)
        {
            if (string.IsNullOrWhiteSpace(line.LineId))
            {
                Fault($"{field}.lineId", OrderRule.LineId, "Each line must have an id.");
            }
            else if (!seen.TryAdd(line.LineId, index))
            {
                Fault($"{field}.lineId", OrderRule.LineIdUnique, $"Line id '{Shown(line.LineId)}' is already that of line {seen[line.LineId] + 1}.");
            }

            Length($"{field}.lineId", line.LineId, LongestLineId);
            Length($"{field}.unit", line.Unit, 100);
            Length($"{field}.item.name", line.Item.Name, 1000);
            Length($"{field}.item.description", line.Item.Description, 10_000);
            if (line.Quantity < 0)
            {
                Fault($"{field}.quantity", OrderRule.QuantityNegative, "The ordered quantity must not be negative.");
            }
            else if (line.Quantity == 0)
            {
                Fault($"{field}.quantity", OrderRule.QuantityZero, "The ordered quantity must be more than zero.");
            }
            else if (line.Quantity > AllocationSnapshot.MaxPieces)
            {
                Fault($"{field}.quantity", OrderRule.Number, $"No more than {AllocationSnapshot.MaxPieces} pieces can be split.");
            }

            if (string.IsNullOrWhiteSpace(line.Unit))
            {
                Fault($"{field}.unit", OrderRule.Unit, "The ordered quantity must have a unit code.");
            }

            else
            {
                Unit($"{field}.unit", line.Unit);
            }

            PowerOfTen($"{field}.piecesPerUnit", line.PiecesPerUnit);

            if (new[] { line.Product, line.Item.Name, line.Item.BuyersId?.Value, line.Item.SellersId?.Value, line.Item.ManufacturersId?.Value,
                line.Item.StandardId?.Value }
                .All(string.IsNullOrWhiteSpace))
            {
                Fault($"{field}.item", OrderRule.Item, "The line must say what is ordered: a product code, a name or a number of the item.");
            }

            Delivery($"{field}.delivery", line.Delivery);
            AllowancesAndCharges($"{field}.allowancesAndCharges", line.AllowancesAndCharges);
            Tax($"{field}.item.tax", line.Item.Tax);
            for (var i = 0; i < line.Item.Properties.Count; i++)
            {
                PowerOfTen($"{field}.item.properties[{i}].valueQuantity.piecesPerUnit", line.Item.Properties[i].ValueQuantity?.PiecesPerUnit ?? 1);
                Unit($"{field}.item.properties[{i}].valueQuantity.unit", line.Item.Properties[i].ValueQuantity?.Unit);
            }

            if (line.Price is { } price)
            {
                Price($"{field}.price", line, price);
            }
        }

        void Price(string field, DocumentLine line, LinePrice price)
        {
            var before = faults.Count;
            if (price.MinorUnits < 0)
            {
                Fault(field, OrderRule.PriceNegative, "The price must not be negative.");
            }

            if (price.PerQuantity <= 0 || price.BaseQuantity is { Pieces: <= 0 } || price.Discount is { PerQuantity: <= 0 }
                || price.ListPrice is { PerQuantity: <= 0 })
            {
                Fault($"{field}.perQuantity", OrderRule.BaseQuantity, "The price must be for a quantity of more than zero.");
            }

            PowerOfTen($"{field}.baseQuantity.piecesPerUnit", price.BaseQuantity?.PiecesPerUnit ?? 1);
            Unit($"{field}.baseQuantity.unit", price.BaseQuantity?.Unit);
            if (price.Discount is { MinorUnits: < 0 })
            {
                Fault($"{field}.discount", OrderRule.DiscountNegative, "The discount on the price must not be negative.");
            }

            if (price.ListPrice is { MinorUnits: < 0 })
            {
                Fault($"{field}.listPrice", OrderRule.ListPriceNegative, "The price before discount must not be negative.");
            }

            if (!sums || faults.Count > before)
            {
                return;
            }

            if (price.ListPrice is { } list)
            {
                var discount = price.Discount ?? new(0);
                var net = (BigInteger)price.MinorUnits * list.PerQuantity * discount.PerQuantity;
                var expected =
                    ((BigInteger)list.MinorUnits * discount.PerQuantity - (BigInteger)discount.MinorUnits * list.PerQuantity) * price.PerQuantity;
                if (net != expected)
                {
                    Fault(field, OrderRule.NetPrice, "The price must be the price before discount less the discount.");
                }
            }

            if (line.Amount is { } amount && (pricesConverted || !line.HasPricePerAnotherUnit))
            {
                var (charges, allowances) = ChargesAndAllowances(line.AllowancesAndCharges);
                var off = ((BigInteger)amount - charges + allowances) * price.PerQuantity - (BigInteger)line.Quantity * price.MinorUnits;
                if (BigInteger.Abs(off) > Slack() * price.PerQuantity)
                {
                    Fault(
                        $"{field[..field.LastIndexOf('.')]}.amount",
                        OrderRule.LineAmount,
                        $"The line amount {Money(amount)} is not quantity x price + charges - allowances, "
                        + $"which is {Money((BigInteger)line.Quantity * price.MinorUnits / price.PerQuantity + charges - allowances)}.");
                }
            }
        }

        void Delivery(string field, DeliveryRequest? delivery)
        {
            Period($"{field}.requestedPeriod", delivery?.RequestedPeriod);
            Time($"{field}.requestedDespatchTime", delivery?.RequestedDespatchTime);
        }

        void Period(string field, DeliveryPeriod? period)
        {
            Time($"{field}.startTime", period?.StartTime);
            Time($"{field}.endTime", period?.EndTime);
            if (period is { StartDate: { } start, EndDate: { } end } && end < start)
            {
                Fault(
                    $"{field}.endDate",
                    OrderRule.Period,
                    string.Create(CultureInfo.InvariantCulture, $"The period ends on {end:yyyy-MM-dd}, before it starts on {start:yyyy-MM-dd}."));
            }
        }

        void Length(string field, string? text, int longest)
        {
            if (text?.Length > longest)
            {
                Fault(field, OrderRule.Length, $"Must have at most {longest} characters.");
            }
        }

        void Time(string field, string? time)
        {
            if (time is not null && !IsTime(time))
            {
                Fault(field, OrderRule.Time, $"'{Shown(time)}' is not a time of day such as 14:30:00.");
            }
        }

        void Unit(string field, string? code)
        {
            if (code is not null && !UnitCode.IsKnown(code))
            {
                Fault(field, OrderRule.UnitCode, UnitCode.Unknown(Shown(code)));
            }
        }

        void PowerOfTen(string field, long pieces)
        {
            if (pieces <= 0 || !pieces.ToString(CultureInfo.InvariantCulture).AsSpan().TrimEnd('0').SequenceEqual("1"))
            {
                Fault(field, OrderRule.PiecesPerUnit, "Pieces per unit must be 1, 10, 100 and so on.");
            }
        }

        void Tax(string field, TaxCategory? tax)
        {
            if (tax is null)
            {
                return;
            }

            if (tax.Percent is null && tax.Id != "O")
            {
                Fault($"{field}.percent", OrderRule.TaxRate, "A tax category must have a rate, except category O.");
            }
            else if (tax.Id == "S" && tax.Percent <= 0)
            {
                Fault($"{field}.percent", OrderRule.StandardRate, "The standard tax rate (category S) must be more than zero.");
            }
        }

        void AllowancesAndCharges(string field, IReadOnlyList<AllowanceOrCharge> all)
        {
            for (var i = 0; i < all.Count; i++)
            {
                var one = all[i];
                var at = $"{field}[{i}]";
                if (one.Amount < 0)
                {
                    Fault($"{at}.amount", OrderRule.AllowanceNegative, "An allowance or charge must not be negative.");
                }

                if (string.IsNullOrWhiteSpace(one.Reason) && string.IsNullOrWhiteSpace(one.ReasonCode))
                {
                    Fault($"{at}.reason", OrderRule.Reason, "An allowance or charge must have a reason or a reason code.");
                }

                if (sums && one is { Percent: not null, BaseAmount: null })
                {
                    Fault($"{at}.baseAmount", OrderRule.PercentWithoutBase, "A percentage must have the base amount that it is taken of.");
                }
                else if (sums && one is { Percent: null, BaseAmount: not null })
                {
                    Fault($"{at}.percent", OrderRule.BaseWithoutPercent, "A base amount must have the percentage that is taken of it.");
                }
                else if (sums && one is { Percent: { } percent, BaseAmount: { } baseAmount })
                {
                    var rate = ExactDecimal.Of(percent);
                    var hundred = ExactDecimal.PowerOfTen(rate.Places + 2);
                    if (BigInteger.Abs(one.Amount * hundred - baseAmount * rate.Digits) > Slack() * hundred)
                    {
                        Fault($"{at}.amount", OrderRule.PercentOfBase, $"{Money(one.Amount)} is not {rate.ToText()}% of {Money(baseAmount)}.");
                    }
                }

                Tax($"{at}.tax", one.Tax);
            }
        }

        void Totals()
        {
            if (order.Totals is not { } totals)
            {
                return;
            }

            if (totals.PayableAmount < 0)
            {
                Fault("totals.payableAmount", OrderRule.PayableNegative, "The payable amount must not be negative.");
            }

            if (totals.LineAmount < 0)
            {
                Fault("totals.lineAmount", OrderRule.LineTotalNegative, "The sum of the lines must not be negative.");
            }

            if (!sums)
            {
                return;
            }

            var lines = order.Lines.Aggregate(BigInteger.Zero, (sum, line) => sum + (line.Amount ?? 0));
            var (charges, allowances) = ChargesAndAllowances(order.AllowancesAndCharges);
            var withoutTax = totals.TaxExclusiveAmount
                ?? (totals.LineAmount ?? lines) - (totals.AllowanceTotal ?? allowances) + (totals.ChargeTotal ?? charges);
            if (order.Lines.Any(line => line.Amount is not null))
            {
                AddsUp("lineAmount", totals.LineAmount, lines, OrderRule.LineTotal, "the sum of the line amounts");
            }

            AddsUp("allowanceTotal", totals.AllowanceTotal, allowances, OrderRule.AllowanceTotal, "the sum of the order's allowances");
            AddsUp("chargeTotal", totals.ChargeTotal, charges, OrderRule.ChargeTotal, "the sum of the order's charges");
            AddsUp(
                "taxExclusiveAmount",
                totals.TaxExclusiveAmount,
                (totals.LineAmount ?? lines) - (totals.AllowanceTotal ?? allowances) + (totals.ChargeTotal ?? charges),
                OrderRule.TaxExclusive,
                "lines - allowances + charges");
            if (order.TaxAmount is { } tax)
            {
                AddsUp("taxInclusiveAmount", totals.TaxInclusiveAmount, withoutTax + tax, OrderRule.TaxInclusive, "the amount without tax + tax");
            }

            if (totals.TaxInclusiveAmount is { } withTax)
            {
                AddsUp(
                    "payableAmount",
                    totals.PayableAmount,
                    (BigInteger)withTax - (totals.PrepaidAmount ?? 0) + (totals.RoundingAmount ?? 0),
                    OrderRule.Payable,
                    "the amount with tax - prepaid + rounding");
            }
        }

        void AddsUp(string field, long? stated, BigInteger expected, string rule, string of)
        {
            if (stated is { } amount && amount != expected)
            {
                Fault($"totals.{field}", rule, $"{Money(amount)} is stated, but {of} is {Money(expected)}.");
            }
        }

        // Peppol allows 0.02 of the currency; a currency without decimals needs at least its own unit for a rounded line.
        BigInteger Slack() => CurrencyDecimals.Of(order.Currency) is { } places and > 1 ? 2 * ExactDecimal.PowerOfTen(places - 2) : 1;

        string Money(BigInteger minorUnits)
        {
            var places = CurrencyDecimals.Of(order.Currency) ?? 0;
            return $"{new ExactDecimal(minorUnits, places).ToText(places)} {order.Currency}";
        }
    }

    /// <summary>Quotes foreign text in a sentence, shortened.</summary>
    public static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";

    public static bool IsTime(string text) => TimeOfDay().IsMatch(text);

    public static bool IsBase64(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out _);

    [GeneratedRegex("""\A([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])?\z""")]
    private static partial Regex TimeOfDay();

    private static (BigInteger Charges, BigInteger Allowances) ChargesAndAllowances(IReadOnlyList<AllowanceOrCharge> all) =>
        (Sum(all.Where(one => one.IsCharge)), Sum(all.Where(one => !one.IsCharge)));

    private static BigInteger Sum(IEnumerable<AllowanceOrCharge> all) => all.Aggregate(BigInteger.Zero, (sum, one) => sum + one.Amount);
}
