namespace ExportConsortia.Membership.Products;

/// <summary>What another unit is worth, exactly: one of it is <c>Numerator</c> / <c>Denominator</c> of the product's unit.</summary>
/// <param name="Unit">UN/ECE Recommendation 20 or 21 code of the other unit, exactly as written there, such as <c>DZN</c>.</param>
/// <param name="Numerator">1 to 10¹². A dozen of a product counted in pieces: 12.</param>
/// <param name="Denominator">1 to 10¹²; 1 if left out: the factor is a whole number.</param>
public sealed record UnitConversion(string Unit, long Numerator, long Denominator = 1);
