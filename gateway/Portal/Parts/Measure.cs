namespace ExportConsortia.Portal.Parts;

/// <summary>Quantities in the unit that they are counted in, also while a line still counts in parts of the buyer's unit.</summary>
internal static class Measure
{
    /// <summary>A quantity in whole units: "410 pieces", "2.5 kg". <paramref name="perUnit"/> of what is counted make one unit.</summary>
    public static string Of(Words words, long quantity, long perUnit, string unit) => perUnit == 1
        ? words.Quantity(quantity, unit)
        : $"{((decimal)quantity / perUnit).ToString("#,0.######", Language.Current.Culture)} {words.Unit(2, unit)}";
}
