namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Orders go round: the whole line is offered to the pointer of the product family up to its cap, what is left to the next in the queue, and
/// so on. Who is offered pieces goes to the end of the queue; who is passed over keeps its place.
/// </summary>
internal static class Rotation
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates)
    {
        var places = (line.Turns ?? []).ToDictionary(turn => turn.MemberId, turn => turn.Place);
        var queue = candidates.OrderBy(candidate => places.GetValueOrDefault(candidate.Member.Id, int.MaxValue)).ThenBy(candidate => candidate.Id, StringComparer.Ordinal);
        return LotSplit.Of(line, queue.Select((candidate, i) => new Share(candidate, 0)
        {
            Turn = i + 1,
            MemberSteps = [Sentences.InRotation(line)],
            Otherwise = (Reasons.NotItsTurn, Sentences.NotItsTurn(line)),
        }), []);
    }

    /// <summary>Whom earlier lines of the same run serve is at the end of the queue already, in the order in which it was served.</summary>
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
            Turns = [.. line.Turns.Where(turn => !served.Contains(turn.MemberId)), .. served.Select((member, i) => new MemberTurn(member, last + 1 + i))],
        };
    }
}
