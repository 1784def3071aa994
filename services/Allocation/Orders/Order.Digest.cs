using ExportConsortia.Allocation.SealedPrices;

namespace ExportConsortia.Allocation.Orders;

/// <content>What lists say of the order.</content>
internal sealed partial class Order
{
    /// <summary>Null in orders that have not changed since there are digests.</summary>
    public OrderDigest? Digest { get; private set; }

    /// <summary>Makes the digest anew. What was to be done before keeps its moment.</summary>
    public void UpdateDigest(DateTime now)
    {
        var before = Digest?.Tasks ?? [];
        Digest = new(
            Lines.Count, Digest?.ValueMinor, Quantities(),
            [.. Needed().Select(task => task with
            {
                Since = before.FirstOrDefault(known => (known.Kind, known.LineId) == (task.Kind, task.LineId))?.Since ?? now,
            })]);
    }

    private OrderQuantities? Quantities()
    {
        if (Lines[0].Unit is not { } unit || Lines.Exists(line => line.Unit != unit))
        {
            return null;
        }

        var (ordered, closed) = (Lines.Sum(line => line.Ordered), Lines.Sum(line => line.ShortClosed));
        var (accepted, offered) = (Offers.Sum(o => o.Accepted), Offers.Where(o => o.IsOpen).Sum(o => o.Quantity) + Calls.Sum(c => c.Remaining));
        return new(unit, ordered, accepted, offered, ordered - accepted - offered - closed, closed);
    }

    private List<OrderTask> Needed()
    {
        if (State is OrderState.Allocated or OrderState.Blocked or OrderState.Cancelled)
        {
            return IsOnHold() && State != OrderState.Blocked ? [new(TaskKind.Screen, null, default, SinceHold().LastOrDefault()?.UserId)] : [];
        }

        var tasks = new List<OrderTask>();
        if (!IsClear())
        {
            tasks.Add(new(TaskKind.Screen, null, default, SinceHold().LastOrDefault()?.UserId));
        }

        if (State is OrderState.Received or OrderState.Screening)
        {
            tasks.AddRange(Questions.Where(q => q.Decision is null).Select(q => new OrderTask(TaskKind.DecideQuestion, q.LineId, default)));
            tasks.AddRange(Lines.Where(line => line.Product is null && line.ShortClosed < line.Ordered).Select(line =>
                new OrderTask(line.Waiting is null ? TaskKind.MatchItem : TaskKind.AddConversion, line.LineId, default)));
            if (tasks.Count == 0)
            {
                tasks.Add(new(TaskKind.Accept, null, default));
            }
        }
        else if (Run is null)
        {
            if (State == OrderState.Short)
            {
                var withoutPrice = PriceRounds.FindLast(round => round.State == PriceRoundState.Opened) is { Prices: 0 };
                tasks.Add(new(withoutPrice ? TaskKind.AskForPrices : TaskKind.RelieveShortage, null, default));
            }
            else if (State == OrderState.Accepted && OpenForRounds() > 0)
            {
                tasks.Add(new(TaskKind.StartRun, null, default));
            }

            var open = Lines.Exists(line => line.ByHand) ? OpenByLine() : [];
            tasks.AddRange(Lines.Where(line => line.ByHand && open[line.LineId] > 0)
                .Select(line => new OrderTask(TaskKind.SplitByHand, line.LineId, default)));
        }

        return tasks;
    }

    // The amount that the buyer states for a line, else its price times its quantity.
    private static long? ValueOf(Documents.OrderDocument document)
    {
        Int128 sum = 0;
        foreach (var line in document.Lines)
        {
            if (line is { Amount: null, Price: null })
            {
                return null;
            }

            sum += line.Amount ?? Rounded((Int128)line.Quantity * line.Price!.MinorUnits, line.Price.PerQuantity);
        }

        return sum <= long.MaxValue ? (long)sum : null;

        static Int128 Rounded(Int128 amount, long per) => (amount + (per / 2)) / per;
    }
}
