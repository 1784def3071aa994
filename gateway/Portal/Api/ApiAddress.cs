using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Portal.Api;

/// <summary>Where the interface is: <c>Portal:Api</c>, the gateway's inner address; without it this process itself, which has everything.</summary>
internal static class ApiAddress
{
    public const string Setting = "Portal:Api";

    public static Uri Of(IServiceProvider services)
    {
        var address = services.GetRequiredService<IConfiguration>()[Setting]
            ?? services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
                .First(a => a.StartsWith("http:", StringComparison.Ordinal));
        string[] any = ["//+", "//*", "//[::]", "//0.0.0.0"];   // listening on all addresses includes this machine's own
        return new Uri(any.Aggregate(address, (a, everywhere) => a.Replace(everywhere, "//localhost", StringComparison.Ordinal)));
    }
}
