using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Members;

/// <summary>A firm in the list, with what a manager compares firms by.</summary>
/// <param name="Firm">The firm.</param>
/// <param name="Families">The families of which it can make a product.</param>
/// <param name="Record">How it answers; null if that is not known now.</param>
/// <param name="SharePerMille">
/// Its part of what all firms received this year, per mille, as the mean over its families; null before the first order.
/// </param>
public sealed record FirmRow(ListMembersResponse Firm, IReadOnlyList<string> Families, RecordView? Record, long? SharePerMille)
{
    internal static IReadOnlyList<FirmRow> Of(
        IReadOnlyList<ListMembersResponse> firms, IReadOnlyList<ScoreView> scores, IReadOnlyList<RecordView> records,
        IReadOnlyList<AccountView> accounts)
    {
        var families = scores.ToLookup(score => score.MemberId, score => score.ProductFamily);
        var totals = accounts.GroupBy(account => account.ProductFamily).ToDictionary(family => family.Key, family => family.Sum(a => a.Received));
        var shares = accounts.Where(account => totals[account.ProductFamily] > 0)
            .ToLookup(account => account.MemberId, account => 1000 * (Int128)account.Received / totals[account.ProductFamily]);
        return [.. firms.Select(firm => new FirmRow(
            firm, [.. families[firm.Id].Order(StringComparer.Ordinal)], records.FirstOrDefault(record => record.MemberId == firm.Id),
            shares[firm.Id].ToList() is { Count: > 0 } own ? (long)(own.Aggregate((a, b) => a + b) / own.Count) : null))];
    }
}
