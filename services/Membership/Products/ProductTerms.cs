namespace ExportConsortia.Membership.Products;

/// <summary>What the manager says of a product, checked field by field.</summary>
internal sealed record ProductTerms(string Name, string Family, string Unit, List<UnitConversion> Conversions)
{
    private const int MostConversions = 50;
    private const long LargestFactor = 1_000_000_000_000;

    public static ProductTerms Check(string? name, string? family, string? unit, List<UnitConversion>? conversions, InputErrors errors)
    {
        var terms = new ProductTerms(
            errors.Text(name, "name", 200),
            errors.Text(family, "family", Product.LongestFamily),
            unit ?? "",
            conversions ?? []);
        errors.Unless(terms.Family != "*", "family", "* is the rulebook's name for all families.");
        errors.Unless(UnitCode.IsKnown(terms.Unit), "unit", UnitCode.Unknown(terms.Unit));
        errors.Unless(terms.Conversions.Count <= MostConversions, "conversions", $"May have at most {MostConversions} conversions.");
        foreach (var (i, conversion) in terms.Conversions.Take(MostConversions).Index())
        {
            var path = $"conversions[{i}]";
            var other = conversion?.Unit ?? "";
            errors.Unless(UnitCode.IsKnown(other), $"{path}.unit", UnitCode.Unknown(other));
            errors.Unless(other != terms.Unit, $"{path}.unit", "This is the product's own unit.");
            errors.Unless(terms.Conversions.FindIndex(c => c?.Unit == other) == i, $"{path}.unit", $"{other} already has a conversion.");
            errors.Unless(conversion?.Numerator is >= 1 and <= LargestFactor, $"{path}.numerator", $"Must be 1 to {LargestFactor:N0}.");
            errors.Unless(conversion?.Denominator is >= 1 and <= LargestFactor, $"{path}.denominator", $"Must be 1 to {LargestFactor:N0}.");
        }

        return terms;
    }

    /// <summary>
    /// A family has one unit, in which its capacity is declared. The caller holds the lock on the product list, so that of two products
    /// in two units only one gets into a new family, and no capacity is declared meanwhile.
    /// </summary>
    public async Task<Refusal?> RefuseUnitAsync(string code, MembershipDb db, DateOnly today, CancellationToken ct)
    {
        var (family, unit) = (Family, Unit);
        var others = db.Products.Where(p => p.Family == family && p.Code != code && p.Unit != unit);
        if (await others.Select(p => p.Unit).FirstOrDefaultAsync(ct) is { } other)
        {
            return new("FAMILY_UNIT", $"The products of the family {family} are counted in {other}, not {unit}: a family has one unit.");
        }

        // Declarations from before the list are in pieces.
        var declared = await db.CapacityDeclarations
            .Where(c => c.ProductFamily == family && c.Quantity > 0 && c.To > today && (c.Unit ?? UnitCode.Piece) != unit)
            .Select(c => c.Unit ?? UnitCode.Piece).FirstOrDefaultAsync(ct);
        return declared is null
            ? null
            : new("CAPACITY_DECLARED", $"Firms have declared capacity of {family} in {declared}, so it can't be counted in {unit}. "
                + "Name a new family, or have their declarations set to 0 first.");
    }
}
