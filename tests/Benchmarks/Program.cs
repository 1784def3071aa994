using ExportConsortia.Benchmarks;

switch (args)
{
    case ["relay", .. var options]:
        await RelayBenchmark.RunAsync(options);
        return 0;
    case ["intake", .. var options]:
        await IntakeBenchmark.RunAsync(options);
        return 0;
    case ["load", .. var options]:
        await LoadBenchmark.RunAsync(options);
        return 0;
    case ["idle"]:
        await IdleBenchmark.RunAsync();
        return 0;
    case ["pages", .. var options]:
        await PagesBenchmark.RunAsync(options);
        return 0;
    case ["pages-picture", var address, var file]:
        await PagesBenchmark.TakePictureAsync(new Uri(address), file);
        return 0;
    case ["ledger", .. var options]:
        await LedgerBenchmark.RunAsync(options);
        return 0;
    case ["catalogue", .. var options]:
        await CatalogueBenchmark.RunAsync(options);
        return 0;
    case ["allocation", var folder, .. var options]:
        return AllocationBenchmark.Run(folder, options);
    case ["allocation-picture", var instance, var file]:
        return DrawPlan.Run(instance, file);
    case ["allocation-growth", .. var options]:
        return AllocationGrowth.Run(options);
    case ["allocation-fairness", .. var options]:
        return AllocationFairness.Run(options);
    case ["meetings", .. var options]:
        MeetingsBenchmark.Run(options);
        return 0;
    default:
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- relay [--rows 80000] [--rounds 5]");
        Console.Error.WriteLine(
            "dotnet run -c Release --project tests/Benchmarks -- intake [--orders 300] [--clients 8] [--rounds 3] [--beside CHECKOUT]");
        Console.Error.WriteLine(
            "dotnet run -c Release --project tests/Benchmarks -- load [--shape Embedded|Distributed] [--lines 2000] [--rows 100000]");
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- idle");
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- pages [--rounds 100]");
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- pages-picture http://localhost:8080 FILE.png");
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- ledger [--short 1000] [--long 1000000] [--rounds 300]");
        Console.Error.WriteLine(
            "dotnet run -c Release --project tests/Benchmarks -- allocation DIR [--effort quick|standard|thorough] [--seeds 3] [--peers "
            + "PREFIX|none]");
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- catalogue [--sheets 20000] [--rounds 30]");
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- allocation-picture INSTANCE.json FILE.svg");
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- allocation-growth [--runs 3]");
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- allocation-fairness [--worlds 3] [--plot FILE.svg]");
        Console.Error.WriteLine("dotnet run -c Release --project tests/Benchmarks -- meetings [--fairs 10]");
        return 2;
}
