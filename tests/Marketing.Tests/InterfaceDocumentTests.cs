namespace ExportConsortia.Marketing.Tests;

public sealed class InterfaceDocumentTests(MarketingServices services)
{
    [Fact]
    public async Task Every_operation_and_every_field_is_described() =>
        InterfaceCheck.IsComplete(await (await services.In(Shape.Embedded)).InterfaceDocument(), atLeast: 30);

    [Fact]
    public async Task Every_quantity_in_an_answer_has_a_unit() =>
        InterfaceCheck.NamesUnits(await (await services.In(Shape.Embedded)).InterfaceDocument());
}
