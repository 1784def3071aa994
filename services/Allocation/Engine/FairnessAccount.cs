namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// A member's entitlement to a product family against what it received, in pieces. Of Q pieces of a line that the consortium takes on, member i is
/// entitled to e_i = Q × s_i / Σ s by largest remainder, so that Σ e = Q; it receives what it accepts. At the end of a year
/// balance = carried + Σ e − Σ received is owed to it (negative: it is ahead), and the next year starts with
/// carried' = max(−c, min(c, balance)) with c = cap percent of the year's Σ e: a member that couldn't deliver can't claim everything later.
/// Source of the cap: deficit round robin bounds each queue's carried deficit (Shreedhar and Varghese, 1995).
/// </summary>
internal static class FairnessAccount
{
    /// <summary>Splits the pieces into entitlements.</summary>
    /// <param name="pieces">Pieces of the line, 0 or more.</param>
    /// <param name="shares">Each member's share, 0 or more; nobody is entitled if none is above 0.</param>
    public static IReadOnlyList<(Guid MemberId, long Pieces)> Entitled(long pieces, IEnumerable<(Guid MemberId, long Share)> shares)
    {
        var weights = shares.Where(share => share.Share > 0).Select(share => (share.MemberId.ToString(), share.Share)).ToList();
        return weights.Count == 0 ? [] : [.. Apportionment.Split(pieces, weights).Parts.Select(part => (Guid.Parse(part.Id), part.Amount))];
    }

    /// <summary>How much of the balance at the end of a year is carried into the next.</summary>
    public static long CarriedOver(AccountYear year, int capPercent)
    {
        var most = (long)((Int128)Math.Max(0, year.Entitled) * capPercent / 100);
        return Math.Clamp(year.Balance, -most, most);
    }

    /// <summary>Calculates a member's account of a family from its whole history.</summary>
    /// <param name="sums">Entitled and received pieces of each year, each year once, in any order.</param>
    /// <param name="capPercent">The cap, in percent, on what is carried into a year.</param>
    public static IReadOnlyList<AccountYear> Years(IEnumerable<(int Year, long Entitled, long Received)> sums, Func<int, int> capPercent)
    {
        var years = new List<AccountYear>();
        foreach (var (year, entitled, received) in sums.OrderBy(sum => sum.Year))
        {
            years.Add(new(year, years.Count == 0 ? 0 : CarriedOver(years[^1], capPercent(year)), entitled, received));
        }

        return years;
    }
}
