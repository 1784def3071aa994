using System.Text.Json.Nodes;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;

namespace ExportConsortia.Allocation.Tests;

/// <summary>The interface document is complete, and its examples work.</summary>
public sealed class InterfaceTests(Embedded host) : Story(host)
{
    [Fact]
    public async Task Every_operation_and_every_field_is_described() => InterfaceCheck.IsComplete(await Host.InterfaceDocument(), atLeast: 25);

    [Fact]
    public async Task Every_quantity_in_an_answer_has_a_unit() => InterfaceCheck.NamesUnits(await Host.InterfaceDocument());

    [Fact]
    public async Task A_quantity_without_a_unit_would_be_found()
    {
        var document = await Host.InterfaceDocument();
        document["components"]!["schemas"]!["GetFairnessAccountView"]!["properties"]!.AsObject().Remove("unit");

        var fault = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => InterfaceCheck.NamesUnits(document));
        Assert.Contains("GetFairnessAccountView.received: a unit", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_example_orders_are_accepted()
    {
        var vtf = await FoundWith(450, 300, 200);
        var paths = (await Host.InterfaceDocument())["paths"]!;

        var placed = await vtf.Post(vtf.Manager1, "orders", Example(paths, "orders", "application/json").ToJsonString()).Gives<OrderView>();
        var file = new StringContent(
            Example(paths, "orders/ubl", "application/xml").GetValue<string>(),
            System.Text.Encoding.UTF8,
            "application/xml");
        var imported = await vtf.Post(vtf.Manager1, "orders/ubl", file).Gives<OrderView>();

        Assert.Equal(("TK-12", 1000), (placed.Lines[0].Product, placed.Lines[0].Ordered));
        Assert.Equal(("TK-12", 1000, 4800), (imported.Lines[0].Product, imported.Lines[0].Ordered, imported.Lines[0].Price!.MinorUnits));
        Assert.Equal([placed.OrderId], imported.SameReferenceAs);
    }

    [Fact]
    public async Task Every_route_needs_a_token_and_every_error_has_a_code()
    {
        var vtf = await Found("F1");
        foreach (var (path, operations) in (await Host.InterfaceDocument())["paths"]!.AsObject())
        {
            foreach (var method in operations!.AsObject().Select(o => new HttpMethod(o.Key.ToUpperInvariant())))
            {
                var concrete = path.Replace("{id}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
                    .Replace("{lineId}", "1", StringComparison.Ordinal)
                    .Replace("{splitId}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
                    .Replace("{number}", "1", StringComparison.Ordinal);
                await Host.Send(null, method, concrete).IsRefused("NOT_SIGNED_IN", 401);
                var stranger = await Host.Send(new Person(Guid.CreateVersion7(), "Nobody"), method, concrete);
                Assert.True(
                    stranger is { Status: HttpStatusCode.Forbidden, Code: "NOT_ALLOWED" } or { Status: HttpStatusCode.NotFound, Code: "NOT_FOUND" },
                    stranger.ToString());
            }
        }

        await vtf.Get(vtf.Manager1, "nowhere").IsRefused("NOT_FOUND", 404);
        await Host.Send(vtf.Manager1, HttpMethod.Delete, "orders").IsRefused("METHOD_NOT_ALLOWED", 405);
        await vtf.Get(vtf.Manager1, "orders?limit=0").IsRefused("INVALID_INPUT", 400);
        await vtf.Get(vtf.Manager1, $"orders?before={Guid.CreateVersion7()}").IsRefused("INVALID_INPUT", 400);
    }

    [Fact, Alone]
    public async Task A_member_users_token_that_names_no_firm_gives_no_access()
    {
        var vtf = await FoundWith(450, 300, 200);
        var order = await vtf.Allocate(600);
        var stranger = new Person(Guid.CreateVersion7(), Role.MemberUser, vtf.Manager1.Consortium);
        string[] ids =
        [
            .. new[] { order.OrderId, Assert.Single(await vtf.Runs(order)).RunId }.Concat(order.Lines[0].Offers.Select(o => o.OfferId))
                .Select(id => id.ToString())
        ];
        var before = await Host.AllThatIsStored();

        foreach (var (path, operations) in (await Host.InterfaceDocument())["paths"]!.AsObject())
        {
            foreach (var method in operations!.AsObject().Select(o => new HttpMethod(o.Key.ToUpperInvariant())))
            {
                foreach (var id in ids)
                {
                    var concrete = path.Replace("{lineId}", "1", StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal)
                        .Replace("{splitId}", id, StringComparison.Ordinal).Replace("{number}", "1", StringComparison.Ordinal);
                    var answer = await Host.Send(stranger, method, concrete);
                    Assert.True(
                        answer is { Status: HttpStatusCode.Forbidden, Code: "NOT_ALLOWED" } or { Status: HttpStatusCode.NotFound, Code: "NOT_FOUND" },
                        answer.ToString());
                }
            }
        }

        Assert.Equal(before, await Host.AllThatIsStored());
    }

    private static JsonNode Example(JsonNode paths, string path, string type) =>
        paths[$"/api/allocation/{path}"]!["post"]!["requestBody"]!["content"]![type]!["example"]!;
}
