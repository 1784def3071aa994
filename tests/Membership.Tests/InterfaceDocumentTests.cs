namespace ExportConsortia.Membership.Tests;

public sealed class InterfaceDocumentTests(Installations installations)
{
    [Fact]
    public async Task Every_operation_and_every_field_is_described() =>
        InterfaceCheck.IsComplete(await (await installations.In(Shape.Embedded)).InterfaceDocument(), atLeast: 30);

    [Fact]
    public async Task Every_quantity_in_an_answer_has_a_unit() =>
        InterfaceCheck.NamesUnits(await (await installations.In(Shape.Embedded)).InterfaceDocument());
}
