namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// Splits grants by what each firm bears of their items. No single undertaking gets more than its headroom, and nobody more than its eligible
/// cost; what is over goes to the others or is lost.
/// </summary>
internal static class SplitGrant
{
    /// <param name="input">The terms.</param>
    /// <param name="firms">The firms, by ascending id.</param>
    /// <param name="items">The items' splits over these firms.</param>
    public static GrantSplit[] All(CostInput input, SharingFirm[] firms, IReadOnlyList<ItemSplit> items)
    {
        var grantOf = input.Items.ToDictionary(i => i.ItemId, i => i.GrantId);
        var taken = new Dictionary<(string State, string Undertaking), long>();
        return [.. input.Grants.Select(grant => Split(grant, firms, [.. items.Where(i => grantOf[i.ItemId] == grant.GrantId)], taken))];
    }

    /// <summary>The code of a firm's single undertaking: itself, unless it belongs to one with others.</summary>
    public static string UndertakingOf(SharingFirm firm) => firm.Undertaking ?? ShareCosts.Id(firm.MemberId);

    private static GrantSplit Split(
        GrantTerms grant, SharingFirm[] firms, ItemSplit[] items, Dictionary<(string State, string Undertaking), long> taken)
    {
        long[] eligible = [.. firms.Select((_, i) => items.Sum(item => item.Parts[i].AmountMinor))];
        var all = eligible.Sum();
        var granted = Math.Min(Portion.Of(all, grant.RatePercent), grant.CapMinor);

        // Single undertakings, in the order of their first firm.
        var undertakings = firms.Index().GroupBy(f => UndertakingOf(f.Item)).Select(group => new Share
        {
            Code = group.Key,
            FirstId = ShareCosts.Id(group.First().Item.MemberId),
            Firms = [.. group.Select(f => f.Index)],
            Eligible = group.Sum(f => eligible[f.Index]),
            Limit = Math.Min(
                group.Sum(f => eligible[f.Index]),
                Math.Max(0, (grant.Headrooms.FirstOrDefault(h => h.Undertaking == group.Key)?.AmountMinor ?? 0)
                    - taken.GetValueOrDefault((grant.State, group.Key)))),
        }).ToArray();
        Fill(undertakings, granted, grant.Overflow);

        var parts = new FirmGrant[firms.Length];
        foreach (var undertaking in undertakings)
        {
            taken[(grant.State, undertaking.Code)] = taken.GetValueOrDefault((grant.State, undertaking.Code)) + undertaking.Amount;
            var inside = undertaking.Eligible == 0 ? null
                : Apportionment.Split(undertaking.Amount, undertaking.Firms.Select(i => (ShareCosts.Id(firms[i].MemberId), eligible[i]))).Parts;
            foreach (var (n, i) in undertaking.Firms.Index())
            {
                parts[i] = new(firms[i].MemberId, eligible[i], inside?[n].Amount ?? 0, undertaking.IsCapped);
            }
        }

        var paid = undertakings.Sum(u => u.Amount);
        return new(grant.GrantId, all, granted, paid, granted - paid, parts);
    }

    // Whoever would get more than its limit gets its limit; the rest is split anew among the others until nobody is above it. So the outcome does not
    // depend on who is met first: the others' parts only grow from round to round, and who is at its limit stays there.
    private static void Fill(Share[] undertakings, long granted, GrantOverflow overflow)
    {
        var open = undertakings.Where(u => u.Eligible > 0).ToList();
        var left = granted;
        while (open.Count > 0)
        {
            foreach (var (part, undertaking) in Apportionment.Split(left, open.Select(u => (u.FirstId, u.Eligible))).Parts.Zip(open))
            {
                undertaking.Amount = part.Amount;
            }

            var over = open.FindAll(u => u.Amount > u.Limit);
            over.ForEach(u => (u.Amount, u.IsCapped) = (u.Limit, true));
            if (over.Count == 0 || overflow == GrantOverflow.Forfeit)
            {
                return;
            }

            left -= over.Sum(u => u.Amount);
            open.RemoveAll(over.Contains);
        }
    }

    private sealed class Share
    {
        public required string Code { get; init; }

        public required string FirstId { get; init; }

        public required int[] Firms { get; init; }

        public required long Eligible { get; init; }

        public required long Limit { get; init; }

        public long Amount { get; set; }

        public bool IsCapped { get; set; }
    }
}
