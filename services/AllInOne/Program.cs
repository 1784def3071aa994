using ExportConsortia.Allocation;
using ExportConsortia.Membership;
using ExportConsortia.Platform;

await ServiceHost.RunAsync(args, new MembershipModule(), new AllocationModule());
