namespace ExportConsortia.Membership.Tests;

public sealed class InterfaceDocumentTests(Installations installations)
{
    [Fact]
    public async Task Every_operation_and_every_field_is_described() =>
        InterfaceCheck.IsComplete(await (await installations.In(Shape.Embedded)).InterfaceDocument(), atLeast: 30);

    [Fact]
    public async Task Every_quantity_in_an_answer_has_a_unit() =>
        InterfaceCheck.NamesUnits(await (await installations.In(Shape.Embedded)).InterfaceDocument());

    [Fact]
    public async Task It_is_made_once_whoever_asks()
    {
        var installation = await installations.In(Shape.Embedded);

        var first = await installation.Get(null, "openapi.json");
        var second = await installation.Operator.Get("openapi.json?again=1");

        Assert.Equal(first.Text, second.Text);
        Assert.NotNull(second.Headers.Age);   // kept from before
    }
}
