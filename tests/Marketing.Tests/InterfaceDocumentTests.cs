namespace ExportConsortia.Marketing.Tests;

public sealed class InterfaceDocumentTests(MarketingServices services)
{
    [Fact]
    public async Task The_interface_document_is_complete()
    {
        var document = await (await services.In(Shape.Embedded)).InterfaceDocument();
        InterfaceCheck.IsComplete(document, atLeast: 20);
        InterfaceCheck.NamesUnits(document);
    }
}
