namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Orders rotate: the whole line is offered to the first member in the product family's queue, up to its cap, the rest to the next, and so
/// on. A member that is offered pieces goes to the end of the queue; one that is passed over keeps its place.
/// </summary>
internal static class Rotation
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates)
    {
        var places = (line.Turns ?? []).ToDictionary(turn => turn.MemberId, turn => turn.Place);
        var queue = candidates.OrderBy(candidate => places.GetValueOrDefault(candidate.Member.Id, int.MaxValue))
            .ThenBy(candidate => candidate.Id, StringComparer.Ordinal);
        return LotSplit.Of(line, queue.Select((candidate, i) => new Share(candidate, 0)
        {
            Turn = i + 1,
            MemberSteps = [Sentences.InRotation(line)],
            WhyNothing = (Reasons.NotItsTurn, Sentences.NotItsTurn(line)),
        }), []);
    }

    /// <summary>Members served by earlier lines of the same run move to the end of the queue, in the order in which they were served.</summary>
    public static SnapshotLine AfterEarlierLines(SnapshotLine line, IReadOnlyList<(string Family, Guid Member, long Quantity)> planned)
    {
        if (line.Turns is null)
        {
            return line;
        }

        var served = planned.Where(part => part.Family == line.Family).Select(part => part.Member).Reverse().Distinct().Reverse().ToList();
        var last = line.Turns.Select(turn => turn.Place).DefaultIfEmpty().Max();
        return line with
        {
            Turns = [
                .. line.Turns.Where(turn => !served.Contains(turn.MemberId)), .. served.Select((member, i) => new MemberTurn(member, last + 1 + i))],
        };
    }
}
