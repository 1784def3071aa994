using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

[assembly: AssemblyFixture(typeof(Embedded))]
[assembly: AssemblyFixture(typeof(Distributed))]

namespace ExportConsortia.Allocation.Tests.Running;

/// <summary>On a SQLite file and the bus in the process.</summary>
public class Embedded() : RunningAllocation(Shape.Embedded);

/// <summary>On PostgreSQL and RabbitMQ.</summary>
public sealed class Distributed() : RunningAllocation(Shape.Distributed);

/// <summary>Embedded without the timer: a deadline takes effect only when somebody reads or acts (F-T2).</summary>
public sealed class EmbeddedWithoutTimer : Embedded
{
    protected override bool HasTimer => false;

    protected override void Adapt(WebApplicationBuilder builder)
    {
        base.Adapt(builder);
        builder.Services.Remove(
            builder.Services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(ExpireOffers)));
    }
}
