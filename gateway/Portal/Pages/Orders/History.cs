using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>What happened to an order, gathered from what its parts say of themselves.</summary>
internal static class History
{
    /// <summary>Something that happened.</summary>
    /// <param name="At">When, UTC.</param>
    /// <param name="Mark">Its icon.</param>
    /// <param name="What">What, and who did it.</param>
    /// <param name="More">What the person said.</param>
    public sealed record Entry(DateTime At, string Mark, string What, string? More = null);

    /// <summary>Everything, the latest first.</summary>
    public static IReadOnlyList<Entry> Of(OrderContext context, Words words)
    {
        var order = context.Order;
        List<Entry> all = [new(order.ReceivedAt, "orders", words["history.received", order.Buyer])];
        all.AddRange(order.Screening.Select(decision => new Entry(
            decision.DecidedAt, "shield", $"{context.Person(decision.UserId)}: {words.Of("screen.verdict", decision.Verdict)}", decision.Reason)));
        all.AddRange(order.Questions.Where(question => question.Decision is not null).Select(question => new Entry(
            question.Decision!.DecidedAt, "check",
            $"{context.Person(question.Decision.UserId)}: {words["question.title", question.Number]}, "
                + words.Of("question.choose", question.Decision.Verdict),
            question.Decision.Reason)));
        all.AddRange(context.Runs.Select(run => new Entry(run.CompletedAt, "split", words["history.run", run.Round, run.RulebookVersion])));
        all.AddRange(order.PriceRounds.Select(round => new Entry(round.AskedAt, "offers", words.Count("history.prices", round.Invited))));
        foreach (var line in order.Lines)
        {
            all.AddRange(line.Offers.Where(offer => offer.AnsweredAt is not null).Select(offer => new Entry(
                offer.AnsweredAt!.Value, offer.Accepted > 0 ? "check" : "x",
                $"{context.Firm(offer.MemberId)}{(offer.AnsweredBy is { } who ? $" ({context.Person(who)})" : "")}: "
                    + $"{words.Of("asked.state", offer.State)}, {words.Quantity(offer.Accepted, line.Unit)}",
                offer.Note)));
            foreach (var split in line.SplitsByHand)
            {
                all.Add(new(
                    split.SetAt, "split",
                    split.Call is null ? words["history.split", context.Person(split.SetBy), line.LineId]
                        : $"{context.Person(split.SetBy)}: {words.Of("exception.title", split.Kind)}, {words["order.line", line.LineId]}",
                    split.Reason));
                Decided(split);
            }
        }

        foreach (var exception in order.Exceptions ?? [])
        {
            all.Add(new(
                exception.SetAt, "split", $"{context.Person(exception.SetBy)}: {words.Of("exception.title", exception.Kind)}", exception.Reason));
            Decided(exception);
        }

        all.AddRange((order.Decisions ?? []).Where(decision => decision.SecondUserId is null).Select(decision => new Entry(
            decision.At, "check",
            $"{context.Person(decision.UserId)}: {words.Of("decision", decision.Kind)}"
                + (decision.LineId is { } of ? $", {words["order.line", of]}" : "")
                + (decision.Quantity is { } pieces ? $", {words.Quantity(pieces, decision.Unit ?? "C62")}" : ""),
            string.Join(" ", new[]
            {
                decision.Reason, decision.SkipReason, decision.BuyerText is { } told ? words["history.buyertext", told] : null,
            }.OfType<string>()) is { Length: > 0 } said ? said : null)));

        return [.. all.OrderByDescending(entry => entry.At)];

        void Decided(SplitView split)
        {
            if (split is { DecidedAt: { } at, DecidedBy: { } by })
            {
                all.Add(new(at, "check", $"{context.Person(by)}: {words.Of("hand.state", split.State)}", split.Note));
            }
        }
    }
}
