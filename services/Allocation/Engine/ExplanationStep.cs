namespace ExportConsortia.Allocation.Engine;

/// <summary>One sentence of the reasoning behind an offer or a refusal, with its rule and its numbers.</summary>
/// <param name="Rule">The rule of the internal regulations, for example <c>R-608</c>.</param>
/// <param name="Text">One plain sentence; every number in it is in <paramref name="Values"/>.</param>
/// <param name="Values">The numbers of the sentence by name; quantities in pieces unless the name says lots, percent or days.</param>
public sealed record ExplanationStep(string Rule, string Text, IReadOnlyList<ExplanationValue> Values)
{
    internal static ExplanationStep Of(string rule, string text, params ReadOnlySpan<(string Name, long Value)> values)
    {
        var named = new ExplanationValue[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            named[i] = new(values[i].Name, values[i].Value);
        }

        return new(rule, text, named);
    }
}

/// <summary>A number of an <see cref="ExplanationStep"/>.</summary>
/// <param name="Name">What it is, for example <c>freeCapacity</c>.</param>
/// <param name="Value">Pieces, lots, percent, days or strikes, depending on the name.</param>
public sealed record ExplanationValue(string Name, long Value);
