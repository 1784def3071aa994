using ExportConsortia.Membership;

await ServiceHost.RunAsync(args, new MembershipModule());
