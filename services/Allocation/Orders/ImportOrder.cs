using ExportConsortia.Allocation.Documents;
using Microsoft.AspNetCore.Mvc;

namespace ExportConsortia.Allocation.Orders;

/// <summary>A buyer's order comes in as a file of the Peppol network. A file with faults is refused, with the place of each fault.</summary>
internal static class ImportOrder
{
    private const string Example =
        """
        <Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
               xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
               xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
          <cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order:3</cbc:CustomizationID>
          <cbc:ProfileID>urn:fdc:peppol.eu:poacc:bis:order_only:3</cbc:ProfileID>
          <cbc:ID>PO-2027-118</cbc:ID>
          <cbc:IssueDate>2027-02-01</cbc:IssueDate>
          <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
          <cac:BuyerCustomerParty><cac:Party>
            <cac:PartyLegalEntity><cbc:RegistrationName>Nordhaus Möbel GmbH</cbc:RegistrationName></cac:PartyLegalEntity>
          </cac:Party></cac:BuyerCustomerParty>
          <cac:SellerSupplierParty><cac:Party>
            <cac:PartyLegalEntity><cbc:RegistrationName>Vientiane Teak Furniture</cbc:RegistrationName></cac:PartyLegalEntity>
          </cac:Party></cac:SellerSupplierParty>
          <cac:OrderLine><cac:LineItem>
            <cbc:ID>1</cbc:ID><cbc:Quantity unitCode="C62">1000</cbc:Quantity>
            <cac:Price><cbc:PriceAmount currencyID="EUR">48.00</cbc:PriceAmount></cac:Price>
            <cac:Item>
              <cbc:Name>Garden chair, teak</cbc:Name>
              <cac:SellersItemIdentification><cbc:ID>TK-12</cbc:ID></cac:SellersItemIdentification>
            </cac:Item>
          </cac:LineItem></cac:OrderLine>
        </Order>
        """;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/ubl", HandleAsync)
        .WithName(nameof(ImportOrder)).For(Role.ConsortiumManager)
        .Accepts<string>("application/xml", "text/xml")
        .WithSummary("Import a buyer's order from a UBL 2.1 file")
        .WithDescription("A UBL 2.1 Order of the Peppol profiles order only 3 and ordering 3 (BIS Order), at most 5 MiB. Everything in it is "
            + "kept. Errors are listed with line, element and rule: 400 `INVALID_UBL` with the list `faults`. Document type declarations and "
            + "external entities are refused. What a line holds and an order has no field for, and the second of an element that may repeat, "
            + "become `questions`: the order can't be accepted until the manager has decided on each.")
        .WithExample(Example, "application/xml").WithExample(Example, "text/xml");

    private static async Task<Results<Created<OrderView>, ProblemHttpResult>> HandleAsync(
        HttpRequest request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        using var file = new MemoryStream();
        await request.Body.CopyToAsync(file, ct);
        if (file.Length > ReadUblOrder.MaxBytes)
        {
            return Refusal.Problem(StatusCodes.Status413PayloadTooLarge, "TOO_LARGE", "An order file may have at most 5 MiB.");
        }

        file.Position = 0;
        var read = await ReadUblOrder.ReadAsync(file, ct);
        return read.Order is not { } document
            ? Refuse(read.Faults)
            : await PlaceOrder.StoreAsync(
                document, read.Questions, file.ToArray(), faults => Refuse(read.AtTheirPlaces(faults)), db, caller, clock, ct);
    }

    private static ProblemHttpResult Refuse(IReadOnlyList<UblFault> faults) => TypedResults.Problem(new ProblemDetails
    {
        Status = StatusCodes.Status400BadRequest,
        Detail = $"The file can't be imported as an order: {faults[0].Sentence}",
        Extensions =
        {
            ["code"] = "INVALID_UBL",
            ["faults"] = faults,
            ["errors"] = faults.GroupBy(f => f.Path)
                .ToDictionary(g => g.Key, g => g.Select(f => $"line {f.Line}: {f.Sentence} ({f.Rule})").ToArray()),
        },
    });
}
