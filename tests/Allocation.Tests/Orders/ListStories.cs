using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>A list of orders says what one decides by, and what a person must do, without any order being opened.</summary>
public abstract class ListStories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task The_list_says_where_every_piece_of_an_order_is_and_what_it_is_worth()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Allocate(150);
        await vtf.Take("F1", order);

        var listed = Assert.Single(await List(vtf, ""));

        var line = (await vtf.Read(order)).Lines[0];
        Assert.Equal(
            new OrderQuantities("C62", 150, line.Accepted, line.Offered, line.Unallocated, line.ShortClosed), listed.Quantities);
        Assert.Equal((1, 150 * line.Price!.MinorUnits / line.Price.PerQuantity, "EUR"), (listed.Lines, listed.ValueMinor!.Value, listed.Currency));
        Assert.True(line.Accepted > 0);
    }

    [Fact]
    public async Task Quantities_in_several_units_are_not_added_up()
    {
        var vtf = await FoundWith(100);
        await vtf.Place(("TK-12", 10), ("unknown", 5));

        var listed = Assert.Single(await List(vtf, ""));

        Assert.Equal((2, null), (listed.Lines, listed.Quantities));
    }

    [Fact]
    public async Task Orders_are_found_by_a_part_of_their_number_or_buyer_and_by_several_states()
    {
        var vtf = await FoundWith(100);
        var (first, second) = (await vtf.Place(10), await vtf.Place(20));
        await vtf.Screen(second, vtf.Manager1, ScreeningVerdict.Clear).Gives<OrderView>();
        var buyer = first.Buyer;

        Assert.Equal(2, (await List(vtf, $"search={Uri.EscapeDataString(buyer[1..4])}")).Count);
        Assert.Equal(2, (await List(vtf, $"search={Uri.EscapeDataString(buyer.ToUpperInvariant()[..3])}")).Count);
        Assert.Empty(await List(vtf, "search=%25"));   // no wildcard
        Assert.Empty(await List(vtf, "search=_"));
        Assert.Equal(second.OrderId, Assert.Single(await List(vtf, "states=Screening,Short")).OrderId);
        Assert.Equal(2, (await List(vtf, "states=Screening, Received")).Count);
        Assert.Equal(["states"], (await vtf.Get(vtf.Manager1, "orders?states=Short,Nonsense")).WrongFields);
    }

    [Fact]
    public async Task What_is_to_be_done_follows_the_order_from_screening_to_a_shortage()
    {
        var vtf = await FoundWith(60);
        var order = await vtf.Place(("TK-12", 100), ("unknown", 5));
        Assert.Equal([(TaskKind.Screen, null), (TaskKind.MatchItem, "2")], await Tasks(vtf));

        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Clear).Gives<OrderView>();
        var screen = (await vtf.Get(vtf.Auditor, "tasks").Gives<IReadOnlyList<ListTasks.TaskView>>())[0];
        Assert.Equal((TaskKind.Screen, vtf.Manager1.Id), (screen.Kind, screen.FirstPerson));

        await vtf.Screen(order, vtf.Manager2, ScreeningVerdict.Clear).Gives<OrderView>();
        await vtf.CloseShort(order, "2", 5, "Nobody makes it.").Gives<OrderView>();
        Assert.Equal([(TaskKind.Accept, null)], await Tasks(vtf));

        await vtf.Accept(order, hold: true).Gives<OrderView>();
        Assert.Equal([(TaskKind.StartRun, null)], await Tasks(vtf));

        await vtf.StartRun(order).Gives<OrderView>();
        await vtf.RunEnded(order);
        Assert.Empty(await Tasks(vtf));

        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Short);
        Assert.Equal([(TaskKind.RelieveShortage, null)], await Tasks(vtf));

        await vtf.CloseShort(order, "1", (await vtf.Read(order)).Lines[0].Unallocated).Gives<OrderView>();
        Assert.Empty(await Tasks(vtf));
    }

    [Fact]
    public async Task A_line_can_be_named_whatever_its_id_holds()
    {
        var vtf = await FoundWith(60);
        var order = await vtf.Post(vtf.Manager1, "orders", new
        {
            orderNumber = "1", currency = "EUR", buyer = new { name = "Nordhaus" },
            lines = new[] { new { lineId = "a/b ?#%", quantity = 5, unit = "C62", item = new { name = "Chair" } } },
        }).Gives<OrderView>();

        var matched = await vtf.Match(order, Uri.EscapeDataString("a/b ?#%"), "TK-12", $"\"{order.Version}\"").Gives<OrderView>();

        Assert.Equal("TK-12", Assert.Single(matched.Lines).Product);
    }

    private static async Task<IReadOnlyList<GetOrder.OrderSummary>> List(AllocationService vtf, string query) =>
        (await vtf.Get(vtf.Manager1, $"orders?{query}").Gives<GetOrder.OrderPage>()).Orders;

    private static async Task<IEnumerable<(TaskKind Kind, string? LineId)>> Tasks(AllocationService vtf) =>
        (await vtf.Get(vtf.Manager1, "tasks").Gives<IReadOnlyList<ListTasks.TaskView>>()).Select(task => (task.Kind, task.LineId));
}

public sealed class ListsEmbedded(Embedded host) : ListStories(host);

public sealed class ListsDistributed(Distributed host) : ListStories(host);
