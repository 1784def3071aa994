using System.Diagnostics;

namespace ExportConsortia.Servers;

/// <summary>Waits for asynchronous effects, and says what it waited for if they never come.</summary>
public static class Eventually
{
    // Long: many tests share two processors, and only what never happens waits for all of it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Polls until the condition is true; an exception counts as false and becomes part of the failure.</summary>
    /// <exception cref="TimeoutException">It never became true; the message contains the description and the last failure.</exception>
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
                    $"Did not happen within {patience.TotalSeconds:0.#} s: {description}. Last answer: {failure?.Message ?? "no"}", failure);
            }

            await Task.Delay(pause);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 1.5, 200));
        }
    }

    /// <summary>Polls until the condition is true.</summary>
    public static Task Holds(string description, Func<bool> holds, TimeSpan? timeout = null) =>
        Holds(description, () => Task.FromResult(holds()), timeout);

    /// <summary>Retries the assertions until none fails.</summary>
    public static Task Holds(string description, Func<Task> asserting, TimeSpan? timeout = null) =>
        Holds(description, async () => { await asserting(); return true; }, timeout);
}

/// <summary>Waiting longer is pointless: the condition can no longer become true.</summary>
public sealed class GaveUpException(string message) : Exception(message);
