using ExportConsortia.Portal;

await ServiceHost.RunAsync(() => ServiceHost.Build(args, Modules.All, pages: new PortalModule()));
