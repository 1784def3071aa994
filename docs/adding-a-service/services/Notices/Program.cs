using ExportConsortia.Notices;

await ServiceHost.RunAsync(args, new NoticesModule());
