using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Platform.Storage;

/// <summary>
/// Traces of what one person can repeat at will: each hour has one row with a count, so that nobody can fill the table. They are counted in memory
/// and saved every few seconds: what is asked in vain costs the store nothing.
/// </summary>
public sealed class RepeatedTraces(TimeProvider clock)
{
    private const int MostAtOnce = 10_000;

    private readonly Lock _counting = new();
    private readonly Dictionary<Repeated, int> _counts = [];

    private sealed record Repeated(
        string Service, Guid? ConsortiumId, Guid AuthorId, string What, Guid? AboutId, Guid? MemberId, DateTime Hour)
    {
        public Guid Id { get; } = new(SHA256.HashData(Encoding.UTF8.GetBytes($"{ConsortiumId} {AuthorId} {What} {AboutId} {Hour:O}")).AsSpan(0, 16));
    }

    /// <summary>Counts one.</summary>
    /// <param name="service">The service in whose table it stands.</param>
    /// <param name="what">What was done.</param>
    /// <param name="author">Who did it; empty: nobody who had signed in.</param>
    /// <param name="consortium">The consortium that it concerns.</param>
    /// <param name="about">Whom or what it was done to.</param>
    /// <param name="firm">The member firm that it concerns, whose people read it too.</param>
    public void Note(string service, string what, Guid author, Guid? consortium, Guid? about = null, Guid? firm = null)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        Add(new(service, consortium, author, what, about, firm, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour))), 1);
    }

    /// <summary>True if something was counted and not saved yet.</summary>
    internal bool Any
    {
        get
        {
            lock (_counting)
            {
                return _counts.Count > 0;
            }
        }
    }

    /// <summary>Saves what was counted for a service.</summary>
    internal async Task SaveAsync(ServiceDb db, string service, CancellationToken ct)
    {
        List<KeyValuePair<Repeated, int>> counted;
        lock (_counting)
        {
            counted = [.. _counts.Where(count => count.Key.Service == service)];
            counted.ForEach(count => _counts.Remove(count.Key));
        }

        try
        {
            while (counted.Count > 0)
            {
                await db.InOneTransactionAsync(() => SaveAsync(db, counted[^1].Key, counted[^1].Value, ct), ct);
                counted.RemoveAt(counted.Count - 1);
            }
        }
        catch
        {
            counted.ForEach(count => Add(count.Key, count.Value));
            throw;
        }
    }

    private static async Task<bool> SaveAsync(ServiceDb db, Repeated trace, int count, CancellationToken ct)
    {
        var row = db.Traces.Where(t => t.Id == trace.Id);
        if (await row.ExecuteUpdateAsync(set => set.SetProperty(t => t.Count, t => t.Count + count), ct) > 0)
        {
            return true;
        }

        db.Traces.Add(new Trace
        {
            Id = trace.Id, ConsortiumId = trace.ConsortiumId, MemberId = trace.MemberId, AuthorId = trace.AuthorId, What = trace.What,
            AboutId = trace.AboutId, At = trace.Hour, Count = count,
        });
        await db.SaveChangesAsync(ct);
        return true;
    }

    private void Add(Repeated trace, int count)
    {
        lock (_counting)
        {
            if (_counts.TryGetValue(trace, out var counted))
            {
                _counts[trace] = counted + count;
            }
            else if (_counts.Count < MostAtOnce)
            {
                _counts[trace] = count;
            }
        }
    }
}
