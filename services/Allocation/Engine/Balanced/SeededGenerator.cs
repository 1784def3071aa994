using System.Runtime.CompilerServices;

namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// The search's random numbers, the same on every machine: xorshift64* (Marsaglia 2003, Vigna 2016), and a table of −ln u in integers for the
/// annealing, so that no floating point decides anything.
/// </summary>
internal sealed class SeededGenerator
{
    private static readonly int[] s_minusLog = MinusLogs();
    private ulong _state;

    public SeededGenerator(ulong seed)
    {
        // SplitMix64's finaliser: neighbouring seeds give unrelated streams.
        seed = (seed + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
        seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EB;
        _state = (seed ^ (seed >> 31)) | 1;
    }

    /// <summary>A number from 0 to <paramref name="count"/> − 1.</summary>
    public int Below(int count) => (int)((Next() >> 32) * (ulong)count >> 32);

    /// <summary>A number from 1 to <paramref name="most"/>.</summary>
    public long UpTo(long most) => 1 + (long)Math.BigMul(Next(), (ulong)most, out _);

    /// <summary>−ln u of a random u in (0, 1], in 1/1024.</summary>
    public int MinusLog() => s_minusLog[Next() >> 52];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 2685821657736338717;
    }

    // log2 bit by bit: squaring a mantissa in [1, 2) doubles its logarithm, and the integer part that appears is the next bit.
    private static int[] MinusLogs()
    {
        var table = new int[4096];
        for (var i = 0; i < table.Length; i++)
        {
            var value = (2UL * (ulong)i) + 1;
            var whole = 63 - System.Numerics.BitOperations.LeadingZeroCount(value);
            var mantissa = value << (31 - whole);
            var log = (long)whole << 16;
            for (var bit = 15; bit >= 0; bit--)
            {
                mantissa = mantissa * mantissa >> 31;
                if (mantissa >> 32 != 0)
                {
                    mantissa >>= 1;
                    log += 1L << bit;
                }
            }

            // 13 = log2 of the 8192 halves of steps; 45426 = ln 2 in 1/65536.
            table[i] = (int)((((13L << 16) - log) * 45426) >> 22);
        }

        return table;
    }
}
