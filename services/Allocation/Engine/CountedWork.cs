namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Progress and cancellation of a long calculation. It only counts: the plan is the same with and without it.
/// </summary>
internal sealed class CountedWork(CancellationToken cancellation)
{
    private long _expected;
    private long _done;

    /// <summary>Cancelled when the calculation must stop.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Percentage of the expected steps that are done, 0 to 100.</summary>
    public int Percent => Volatile.Read(ref _expected) is > 0 and var expected ? (int)Math.Min(100, Volatile.Read(ref _done) * 100 / expected) : 0;

    /// <summary>Adds to the expected steps.</summary>
    public void Expect(long steps) => Interlocked.Add(ref _expected, steps);

    /// <summary>Adds to the completed steps.</summary>
    /// <exception cref="OperationCanceledException">The calculation was cancelled.</exception>
    public void Done(long steps)
    {
        Interlocked.Add(ref _done, steps);
        cancellation.ThrowIfCancellationRequested();
    }
}
