using ExportConsortia.Marketing.Tests;

[assembly: AssemblyFixture(typeof(MarketingServices))]

namespace ExportConsortia.Marketing.Tests;

/// <summary>The service in both shapes, for all tests of this project.</summary>
public sealed class MarketingServices() : SharedServices<RunningService>("marketing", Create)
{
    private static readonly Lazy<string> Images = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("exportconsortia-images-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    private static RunningService Create(ServiceData data)
    {
        var service = new RunningService(data, new MarketingModule());
        if (data.Shape == Shape.Distributed)
        {
            service.Settings["Marketing:Images:Folder"] = Images.Value;   // as replicas share a volume
            service.Settings["Marketing:PriceSecret"] = new string('s', 32);
        }

        return service;
    }
}
