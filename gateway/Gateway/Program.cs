using ExportConsortia.Gateway;
using ExportConsortia.Platform;

await ServiceHost.RunAsync(() => GatewayHost.Build(args));
