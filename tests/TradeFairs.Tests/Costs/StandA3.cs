using ExportConsortia.TradeFairs.Costs;

namespace ExportConsortia.TradeFairs.Tests.Costs;

/// <summary>The joint stand of scenario A3: 60 m², of which 12 are common, and its cost items.</summary>
internal static class StandA3
{
    public static readonly Guid F1 = Firm(1);
    public static readonly Guid F2 = Firm(2);
    public static readonly Guid F3 = Firm(3);
    public static readonly Guid F5 = Firm(5);
    public static readonly Guid F6 = Firm(6);
    public static readonly Guid Space = Firm(11);
    public static readonly Guid Construction = Firm(12);
    public static readonly Guid Media = Firm(13);
    public static readonly Guid Interpreters = Firm(14);
    public static readonly Guid Freight = Firm(15);
    public static readonly Guid CoExhibitors = Firm(16);
    public static readonly Guid Grant = Firm(21);
    public static readonly DateOnly OpensOn = new(2027, 1, 18);
    public static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    public static CostInput Planned(bool granted = false) => new(
        [new(F1, 1_800, 5_200), new(F2, 1_200, 3_100), new(F3, 900, 2_400), new(F5, 900, 1_900)],
        [
            new(Space, CostKey.ByArea, 11_940_00, [], Grant),
            new(Construction, CostKey.ByArea, 7_500_00, [], Grant),
            new(Media, CostKey.Equal, 250_00, [], Grant),
            new(Interpreters, CostKey.Equal, 2_000_00, [], Grant),
            new(Freight, CostKey.ByVolume, 3_333_33, []),
            new(CoExhibitors, CostKey.Direct, 4_200_00, [new(F2, 1_400_00), new(F3, 1_400_00), new(F5, 1_400_00)], Grant),
        ],
        [],
        granted ? [GrantOf(GrantOverflow.Reapportion)] : []);

    public static GrantTerms GrantOf(GrantOverflow overflow) => new(
        Grant, 50, 10_000_00, overflow, "LA",
        [.. new[] { (F1, 300_000_00L), (F2, 2_000_00), (F3, 300_000_00), (F5, 300_000_00), (F6, 300_000_00) }
            .Select(f => new UndertakingHeadroom(ShareCosts.Id(f.Item1), f.Item2))]);

    /// <summary>A3b: F5 has withdrawn, its fee is lost, and F6 has taken 5 m² of its 9.</summary>
    public static CostInput AfterReplacement()
    {
        var without = SimulateWithdrawals.Without(Planned(), new Dictionary<Guid, long> { [F5] = 3_055_07 });
        return without with
        {
            Firms = [.. without.Firms, new(F6, 500, 1_000)],
            Items = [.. without.Items.Select(i => i.ItemId != CoExhibitors ? i : i with
            {
                AmountMinor = 5_600_00, Parts = [.. i.Parts, new(F6, 1_400_00)],
            })],
        };
    }

    private static Guid Firm(int number) => new($"0197a4c2-0000-7000-8000-{number:000000000000}");
}
