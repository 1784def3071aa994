using ExportConsortia.Allocation.Ubl;
using ExportConsortia.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ExportConsortia.Allocation.Orders;

/// <summary>A buyer's order comes in as the file that travels on the Peppol network. What can't be read is refused with the place of each fault.</summary>
internal static class ImportOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/ubl", Handle)
        .WithName(nameof(ImportOrder)).For(Role.ConsortiumManager)
        .Accepts<string>("application/xml", "text/xml")
        .WithSummary("Take in a buyer's order as a UBL 2.1 file")
        .WithDescription("A UBL 2.1 Order of the Peppol profiles order only 3 and ordering 3 (BIS Order), at most 5 MiB. Everything it says is kept; what is wrong with it is "
            + "told with line, element and rule: 400 `INVALID_UBL` with the list `faults`. Document type declarations and external entities are refused.");

    private static async Task<Results<Created<OrderView>, ProblemHttpResult>> Handle(
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
        if (read.Order is not { } document)
        {
            return TypedResults.Problem(new ProblemDetails
            {
                Status = StatusCodes.Status400BadRequest,
                Detail = $"The file can't be taken as an order: {read.Faults[0].Sentence}",
                Extensions =
                {
                    ["code"] = "INVALID_UBL",
                    ["faults"] = read.Faults,
                    ["errors"] = read.Faults.GroupBy(f => f.Path).ToDictionary(g => g.Key, g => g.Select(f => $"line {f.Line}: {f.Sentence} ({f.Rule})").ToArray()),
                },
            });
        }

        return await PlaceOrder.StoreAsync(document, file.ToArray(), db, caller, clock, ct);
    }
}
