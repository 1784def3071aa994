using ExportConsortia.TradeFairs;

await ServiceHost.RunAsync(args, new TradeFairsModule());
