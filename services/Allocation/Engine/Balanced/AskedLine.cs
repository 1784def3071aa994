using System.Globalization;

namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>A line, its eligible members, and what each of them gets.</summary>
internal sealed record AskedLine(
    int At, SnapshotLine Line, IReadOnlyDictionary<string, Share> Shares, IReadOnlyList<PassedOver> PassedOver, int MostMakers)
{
    /// <summary>The id of the line in the instance; sorts in document order.</summary>
    public string Id { get; } = At.ToString("D6", CultureInfo.InvariantCulture);

    public long Lots => Line.Open / Line.Rule.LotSize;

    public DateOnly Due => Line.Due ?? DateOnly.MaxValue;

    public static int Index(string id) => int.Parse(id, CultureInfo.InvariantCulture);

    public static AskedLine Of(int at, SnapshotLine line, SplitOrder order)
    {
        // Members that hold a part are already makers; if the line has its maximum of makers, only they can get more.
        var (candidates, passedOver) = order.WhoMayBeAsked(line);
        var left = line.Rule.MaxMakers - line.Held.Count(part => part.Quantity > 0);
        var open = left > 0 || left is null ? candidates : [.. candidates.Where(candidate => candidate.Held > 0)];
        var shut = candidates.Except(open)
            .Select(candidate => Eligibility.Because(candidate.Member, Reasons.MakersReached, Sentences.MakersReached(line)));
        return new(
            at, line, open.ToDictionary(candidate => candidate.Id, candidate => new Share(candidate, 0)), [.. passedOver, .. shut],
            Math.Min(open.Count, left > 0 ? left.Value : int.MaxValue));
    }
}
