using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Engine;

/// <summary>One sentence of the reasoning behind an offer or a refusal, with its rule and its numbers.</summary>
/// <param name="Rule">The rule of the internal regulations, for example <c>R-608</c>.</param>
/// <param name="Text">One plain sentence; every number in it is in <paramref name="Values"/>.</param>
/// <param name="Values">The numbers of the sentence by name; quantities in the unit of the line unless the name says lots, percent or days.</param>
public sealed record ExplanationStep(string Rule, string Text, IReadOnlyList<ExplanationValue> Values)
{
    /// <summary>
    /// Which sentence it is, the same for good: with the values, the names and the unit, the sentence can be told in any language. Null in steps
    /// stored before sentences had keys.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExplanationKey? Key { get; init; }

    /// <summary>What the sentence names: a product, a family, a policy, a firm; null if it names nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ExplanationName>? Names { get; init; }

    /// <summary>UN/ECE code of the unit in which the line is counted, if the sentence tells quantities; null: pieces, or no quantities.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unit { get; init; }

    internal static ExplanationStep Of(string rule, ExplanationKey key, string text, params ReadOnlySpan<(string Name, long Value)> values)
    {
        var named = new ExplanationValue[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            named[i] = new(values[i].Name, values[i].Value);
        }

        return new(rule, text, named) { Key = key };
    }

    internal ExplanationStep In(string? unit) => unit is null or UnitCode.Piece ? this : this with { Unit = unit };

    internal ExplanationStep Naming(string name, string text) => this with { Names = [.. Names ?? [], new(name, text)] };

    /// <summary>The step as it was stored before sentences had keys.</summary>
    internal ExplanationStep WithoutKey() => new(Rule, Text, Values);
}

/// <summary>A number of an <see cref="ExplanationStep"/>.</summary>
/// <param name="Name">What it is, for example <c>freeCapacity</c>.</param>
/// <param name="Value">A quantity, or lots, percent, days or strikes, depending on the name.</param>
public sealed record ExplanationValue(string Name, long Value);

/// <summary>A name in the sentence of an <see cref="ExplanationStep"/>.</summary>
/// <param name="Name">What is named: <c>product</c>, <c>family</c>, <c>policy</c>, <c>firm</c> or <c>subcontractor</c>.</param>
/// <param name="Text">Its name or code.</param>
public sealed record ExplanationName(string Name, string Text);
