namespace ExportConsortia.Membership.Tests;

public sealed class InterfaceDocumentTests(Installations installations)
{
    [Fact]
    public async Task Every_operation_and_every_field_is_described() =>
        InterfaceCheck.IsComplete(await (await installations.In(Shape.Embedded)).InterfaceDocument(), atLeast: 30);
}
