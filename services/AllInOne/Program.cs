using ExportConsortia.Allocation;
using ExportConsortia.Membership;

await ServiceHost.RunAsync(args, new MembershipModule(), new AllocationModule());
