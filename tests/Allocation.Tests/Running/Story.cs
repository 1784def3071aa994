namespace ExportConsortia.Allocation.Tests.Running;

/// <summary>Stories of consortia on a running service. After each, whatever it told, the invariants hold for all its orders.</summary>
public abstract class Story(RunningAllocation host) : IAsyncDisposable
{
    private readonly List<AllocationService> _founded = [];

    protected MovableClock Clock => host.Clock;

    protected RunningAllocation Host => host;

    /// <summary>A consortium of active firms able to make chairs.</summary>
    protected async Task<AllocationService> Found(params string[] firms)
    {
        if (host is Distributed)
        {
            Servers.Required.Servers();
        }

        var service = await AllocationService.Found(host, firms);
        _founded.Add(service);
        return service;
    }

    /// <summary>A consortium of firms that declare so many chairs each: F1, F2 and so on.</summary>
    protected async Task<AllocationService> FoundWith(params long[] chairs)
    {
        var service = await Found([.. chairs.Select((_, i) => $"F{i + 1}")]);
        foreach (var (i, quantity) in chairs.Index())
        {
            await service.Declare($"F{i + 1}", quantity);
        }

        return service;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Clock.Run();
        foreach (var service in _founded)
        {
            await service.InvariantsHold();
        }
    }
}
