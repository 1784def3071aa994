await ServiceHost.RunAsync(args, Modules.All);
