using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Products;

/// <summary>
/// A product of the consortium's own list. It belongs to one family and is counted, made and reserved in one unit, the same for the whole family.
/// A product is never deleted, only retired: orders and statements keep its code.
/// </summary>
internal sealed class Product
{
    public const int LongestCode = 50;
    public const int LongestFamily = 100;

    /// <summary>The most products of a consortium, retired ones included.</summary>
    public const int Most = 5000;

    public required Guid ConsortiumId { get; init; }

    /// <summary>Unique in the consortium; never changes.</summary>
    public required string Code { get; init; }

    public string Name { get; private set; } = "";

    public string Family { get; private set; } = "";

    /// <summary>UN/ECE code of the unit in which the product is counted, made and reserved.</summary>
    public string Unit { get; private set; } = "";

    /// <summary>What other units are worth, exactly.</summary>
    public List<UnitConversion> Conversions { get; private set; } = [];

    /// <summary>True: no new order line can name it.</summary>
    public bool Retired { get; private set; }

    /// <summary>What firms said of this product before there was a list, if it differs from the list; null once the manager has decided.</summary>
    public List<Contradiction>? Contradictions { get; private set; }

    /// <summary>Grows by one with each change.</summary>
    public long Version { get; private set; }

    public DateTime ChangedAt { get; private set; }

    public static Product Add(Guid consortiumId, string code, ProductTerms terms, DateTime now)
    {
        var product = new Product { ConsortiumId = consortiumId, Code = code };
        product.Change(terms, now);
        return product;
    }

    /// <summary>The manager decides what the product is: contradictions are settled.</summary>
    public void Change(ProductTerms terms, DateTime now)
    {
        (Name, Family, Unit, Conversions) = (terms.Name, terms.Family, terms.Unit, terms.Conversions);
        Contradictions = null;
        Touch(now);
    }

    public Refusal? Retire(DateTime now)
    {
        if (Retired)
        {
            return new("ALREADY_DECIDED", $"{Code} is already retired.");
        }

        Retired = true;
        Touch(now);
        return null;
    }

    public Refusal? Reinstate(DateTime now)
    {
        if (!Retired)
        {
            return new("ALREADY_DECIDED", $"{Code} is not retired.");
        }

        Retired = false;
        Touch(now);
        return null;
    }

    public ProductListed ToEvent() => new(
        ConsortiumId, Code, Name, Family, Unit,
        Conversions.ConvertAll(c => new ProductUnitConversion(c.Unit, c.Numerator, c.Denominator)), Retired, Version, ChangedAt);

    private void Touch(DateTime now)
    {
        ChangedAt = now;
        Version++;
    }
}
