namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// How far a long calculation is, for whoever waits for it, and whether it is to be given up. It only counts: the plan is the same with and without it.
/// </summary>
internal sealed class CountedWork(CancellationToken givenUp)
{
    private long _expected;
    private long _done;

    /// <summary>Cancelled when the calculation is to be given up.</summary>
    public CancellationToken GivenUp => givenUp;

    /// <summary>What is done of what is known to be to do, 0 to 100.</summary>
    public int Percent => Volatile.Read(ref _expected) is > 0 and var expected ? (int)Math.Min(100, Volatile.Read(ref _done) * 100 / expected) : 0;

    /// <summary>So many steps more are to come.</summary>
    public void Expect(long steps) => Interlocked.Add(ref _expected, steps);

    /// <summary>So many of them are done.</summary>
    /// <exception cref="OperationCanceledException">The calculation is to be given up.</exception>
    public void Did(long steps)
    {
        Interlocked.Add(ref _done, steps);
        givenUp.ThrowIfCancellationRequested();
    }
}
