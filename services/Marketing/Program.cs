using ExportConsortia.Marketing;

await ServiceHost.RunAsync(args, new MarketingModule());
