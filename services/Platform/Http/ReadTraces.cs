using System.ComponentModel;
using ExportConsortia.Contracts;
using ExportConsortia.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Http;

/// <summary>
/// The clean team, the auditor and operators read who did or tried what in a service, and firms what concerns them: nobody acts unseen.
/// </summary>
internal static class ReadTraces
{
    /// <summary>A trace.</summary>
    public sealed record Response(
        [property: Description("The trace.")] Guid Id,
        [property: Description("When, UTC; of something repeated, when its hour began.")] DateTime At,
        [property: Description("The account that did it; empty: nobody who had signed in.")] Guid AuthorId,
        [property: Description("What was done, such as ACCOUNT_LOCKED; FOREIGN_ID: asked for an id that isn't there for this person.")] string What,
        [property: Description("Whom or what it was done to.")] Guid? AboutId,
        [property: Description("Why, in the author's words.")] string? Reason,
        [property: Description("How often within the hour.")] int Count);

    /// <summary>A page of traces.</summary>
    public sealed record Page(
        [property: Description("The traces, latest first.")] IReadOnlyList<Response> Traces,
        [property: Description("Send it as before to read the next page; absent on the last one.")] Guid? Before);

    public static void Map(IEndpointRouteBuilder routes, string service) => routes.MapGet(
            "traces",
            async Task<Results<Ok<Page>, ProblemHttpResult>> (
                [Description("How many, 1 to 200; 50 by default.")] int? limit,
                [Description("The value of before in the previous page.")] Guid? before,
                HttpContext http, CancellationToken ct) =>
            {
                var db = http.RequestServices.GetRequiredKeyedService<ServiceDb>(service);
                var (refused, page, size) = await db.Traces.PageAsync("At", limit, before, _ => true, ct);
                if (refused is not null)
                {
                    return refused;
                }

                var traces = await page.Select(t => new Response(t.Id, t.At, t.AuthorId, t.What, t.AboutId, t.Reason, t.Count)).ToListAsync(ct);
                return TypedResults.Ok(new Page(traces, traces.Count == size ? traces[^1].Id : null));
            })
        .WithName($"ReadTraces-{service}")
        .WithSummary("Read who did or tried what")
        .WithDescription("For managers and auditors: discretionary acts with author, time and reason, and what was tried in vain, latest first; "
            + "those of the consortium, and what concerns the whole installation. What one person repeats within an hour is one trace with a count. "
            + "For a member firm's user those that concern the firm, such as its accounts, and what a manager stated in its name. For operators what "
            + "concerns the whole installation, and what operators did in a consortium.")
        .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser, Role.Operator);
}
