using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Runs;

namespace ExportConsortia.Allocation.Offers;

/// <summary>
/// Why a run offered a firm nothing of lines of an order: the firm's own copy of its own reasons. The plan, which names all firms, is for the clean
/// team only.
/// </summary>
internal sealed class FirmPassedOver
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid OrderId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>When the run's offers went out.</summary>
    public required DateTime At { get; init; }

    /// <summary>One for each line of which the firm was offered nothing, in the order of the lines.</summary>
    public required List<Reason> Reasons { get; init; }

    /// <summary>What firms were told last of these orders' lines: the sentence, by order, firm and line.</summary>
    public static async Task<Dictionary<(Guid Order, Guid Member, string Line), string>> ToldAsync(
        IReadOnlyList<Guid> orders, AllocationDb db, CancellationToken ct)
    {
        var told = new Dictionary<(Guid, Guid, string), string>();
        foreach (var row in await db.PassedOver.AsNoTracking().Where(p => orders.Contains(p.OrderId)).OrderBy(p => p.At).ToListAsync(ct))
        {
            row.Reasons.ForEach(reason => told[(row.OrderId, row.MemberId, reason.LineId)] = reason.Explanation.Text);
        }

        return told;
    }

    /// <summary>
    /// The reasons of each firm that the run passed over on a line of its order, unless it was told the same the last time: it would count the
    /// rounds, and so find out that others declined.
    /// </summary>
    public static IEnumerable<FirmPassedOver> Of(
        AllocationRun run, AllocationPlan plan, IReadOnlyDictionary<(Guid Order, Guid Member, string Line), string> told) =>
        from line in plan.Lines
        where (line.OrderId ?? run.OrderId) == run.OrderId
        from own in line.PassedOver
        let reason = new Reason(line.LineId, own.Code, Sentences.WithoutTheLine(own.Step))
        where told.GetValueOrDefault((run.OrderId, own.MemberId, line.LineId)) != reason.Explanation.Text
        group reason by own.MemberId into reasons
        select new FirmPassedOver
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = run.ConsortiumId,
            MemberId = reasons.Key,
            OrderId = run.OrderId,
            RunId = run.Id,
            At = run.CompletedAt,
            Reasons = [.. reasons],
        };

    /// <summary>Why the firm was offered nothing of a line.</summary>
    /// <param name="LineId">The line.</param>
    /// <param name="Code">The reason, one of <see cref="Engine.Reasons"/>.</param>
    /// <param name="Explanation">The rule and the reason in a sentence, with only the firm's own numbers.</param>
    public sealed record Reason(string LineId, string Code, ExplanationStep Explanation);
}
