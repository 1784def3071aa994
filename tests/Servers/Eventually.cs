using System.Diagnostics;

namespace ExportConsortia.Servers;

/// <summary>Waits for what the platform does in its own time, and says what it waited for when that never came.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks again and again until the answer is true; an exception counts as "not yet" and is told if it stays so.</summary>
    /// <exception cref="TimeoutException">It never held; the message has the description and the last failure.</exception>
    public static async Task Holds(string description, Func<Task<bool>> holds, TimeSpan? timeout = null)
    {
        var patience = timeout ?? Patience;
        var waited = Stopwatch.StartNew();
        var pause = TimeSpan.FromMilliseconds(10);
        while (true)
        {
            Exception? failure = null;
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (Exception e) when (e is not GaveUpException)
            {
                failure = e;
            }

            if (waited.Elapsed > patience)
            {
                throw new TimeoutException(
                    $"Never came, in {patience.TotalSeconds:0.#} s: {description}. Last answer: {failure?.Message ?? "no"}", failure);
            }

            await Task.Delay(pause);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 1.5, 200));
        }
    }

    /// <summary>Asks again and again until the answer is true.</summary>
    public static Task Holds(string description, Func<bool> holds, TimeSpan? timeout = null) =>
        Holds(description, () => Task.FromResult(holds()), timeout);

    /// <summary>Asserts again and again until nothing throws.</summary>
    public static Task Holds(string description, Func<Task> asserting, TimeSpan? timeout = null) =>
        Holds(description, async () => { await asserting(); return true; }, timeout);
}

/// <summary>Waiting longer is of no use: what was waited for can't come any more.</summary>
public sealed class GaveUpException(string message) : Exception(message);
