using Xunit.v3;

namespace ExportConsortia.Allocation.Tests.Running;

/// <summary>Stories of consortia on a running service. After each, the invariants must hold for all its orders.</summary>
public abstract class Story(RunningAllocation host) : IAsyncLifetime
{
    private readonly bool _alone = TestContext.Current.TestMethod is IXunitTestMethod { Method: var method, TestClass.Class: var @class }
        && (method.IsDefined(typeof(AloneAttribute), inherit: true) || @class.IsDefined(typeof(AloneAttribute), inherit: true));

    private readonly List<AllocationService> _founded = [];
    private bool _begun;

    protected MovableClock Clock => host.Clock;

    protected RunningAllocation Host => host;

    public async ValueTask InitializeAsync()
    {
        await host.Begin(_alone);
        _begun = true;
    }

    /// <summary>A consortium of active firms able to make chairs.</summary>
    protected async Task<AllocationService> Found(params string[] firms)
    {
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
        if (!_begun)
        {
            return;   // skipped
        }

        try
        {
            if (_alone)
            {
                Clock.Run();
            }

            foreach (var service in _founded)
            {
                await service.InvariantsHold();
            }
        }
        finally
        {
            host.End(_alone);
        }
    }
}

/// <summary>A story that moves the clock, or looks at more than its own consortium: no other runs meanwhile.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AloneAttribute : Attribute;
