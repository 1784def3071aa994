using ExportConsortia.Platform;
using ExportConsortia.Portal;

await ServiceHost.RunAsync(() => PortalModule.Build(args));
