using System.ComponentModel;
using ExportConsortia.Contracts;
using ExportConsortia.Platform.Http;
using ExportConsortia.Platform.Messaging;
using ExportConsortia.Platform.Storage;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Roster;

/// <summary>How a service keeps the roster, and shows the operator where its copies stand.</summary>
public static class Rosters
{
    /// <summary>Where a copy stands.</summary>
    public sealed record Response(
        [property: Description("What is copied: consortia, roster, products, capacity, brand, leads or fairs.")] string Kind,
        [property: Description("The consortium; absent for the list of consortia.")] Guid? ConsortiumId,
        [property: Description("When the epoch of the last snapshot began, in seconds since 2020.")] long Epoch,
        [property: Description("When the snapshot had replaced the copy, UTC; absent while parts of it are missing.")] DateTime? ReplacedAt,
        [property: Description("How much it named that was unknown here.")] int Added,
        [property: Description("How much it named that was different here.")] int Changed,
        [property: Description("How much was known here that it didn't name.")] int Removed);

    /// <summary>The queues that keep a service's roster.</summary>
    public static void AddRoster<TDb>(this IBusRegistrationConfigurator bus, string service)
        where TDb : RosterDb
    {
        bus.Add<KeepRoster<TDb>>(service, "keep-members");
        bus.Add<KeepStandings<TDb>>(service, "keep-standings");
        bus.Add<KeepSnapshots<TDb>>(service, "keep-snapshots");
    }

    internal static void Map(IEndpointRouteBuilder routes, string service) =>
        routes.MapGet("copies", (HttpContext http, CancellationToken ct) => ListAsync(http.RequestServices, service, ct))
            .WithName($"ListCopies-{service}")
            .WithSummary("List copies of other services' data")
            .WithDescription("For operators, after everything was published again: when the snapshot had replaced each of this service's copies, and "
                + "how much it changed there. Numbers only, no business data.")
            .For(Role.Operator);

    private static async Task<Ok<IReadOnlyList<Response>>> ListAsync(IServiceProvider services, string service, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<Response>>(services.GetKeyedService<ServiceDb>(service) is not RosterDb db ? [] :
        [
            .. (await db.Copies.AsNoTracking().OrderBy(c => c.Kind).ThenBy(c => c.ConsortiumId).ToListAsync(ct)).Select(c => new Response(
                c.Kind, c.ConsortiumId == Guid.Empty ? null : c.ConsortiumId, c.Epoch, c.ReplacedAt, c.Added, c.Changed, c.Removed)),
        ]);
}
