namespace ExportConsortia.TradeFairs.Tests;

public sealed class InterfaceDocumentTests(TradeFairsServices services)
{
    [Fact]
    public async Task Every_operation_and_every_field_is_described() =>
        InterfaceCheck.IsComplete(await (await services.In(Shape.Embedded)).InterfaceDocument(), atLeast: 20);
}
