using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Membership.Capacity;

/// <summary>
/// How many declarations a firm may have of a family, by the setting <c>Membership:DeclarationsPerFamily</c> (800: each day of two years): whoever
/// declares must not fill the runs of all.
/// </summary>
internal sealed class DeclarationLimit(IConfiguration configuration)
{
    private const string Setting = "Membership:DeclarationsPerFamily";

    public int PerFamily { get; } = configuration.GetValue(Setting, 800) is >= 1 and <= CapacityFile.MostRows and var most ? most
        : throw new WrongSettingException($"{Setting} must be 1 to {CapacityFile.MostRows}.");

    public string Sentence(string family) =>
        $"A firm may have at most {PerFamily:N0} declarations of {family}. Declare longer periods, or 0 for some: those of 0 and those that are over "
        + "make room by themselves.";

    /// <summary>The declarations to drop, of periods that are over or of 0, the oldest first; null if that is not enough.</summary>
    public List<CapacityDeclaration>? MakeRoom(IEnumerable<CapacityDeclaration> others, int declaring, DateOnly today)
    {
        var all = others.ToList();
        var tooMany = all.Count + declaring - PerFamily;
        var dropped = tooMany <= 0 ? [] : all.Where(c => c.To <= today || c.Quantity == 0).OrderBy(c => c.To).Take(tooMany).ToList();
        return dropped.Count >= tooMany ? dropped : null;
    }
}
