using ExportConsortia.Allocation;

await ServiceHost.RunAsync(args, new AllocationModule());
