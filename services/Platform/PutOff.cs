namespace ExportConsortia.Platform;

/// <summary>
/// What a timer could not do is put off for a minute, so that it doesn't hold up what comes behind it. Each process keeps its own: another one may be
/// able to do it.
/// </summary>
public sealed class PutOff
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Guid, DateTime> _until = [];

    /// <summary>Puts it off.</summary>
    /// <param name="id">What could not be done.</param>
    /// <param name="now">The present instant, UTC.</param>
    public void Add(Guid id, DateTime now) => _until[id] = now + Delay;

    /// <summary>What is still put off.</summary>
    /// <param name="now">The present instant, UTC.</param>
    public List<Guid> At(DateTime now)
    {
        foreach (var (id, until) in _until)
        {
            if (until <= now)
            {
                _until.Remove(id);
            }
        }

        return [.. _until.Keys];
    }
}
