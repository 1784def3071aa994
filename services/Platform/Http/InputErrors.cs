using Microsoft.AspNetCore.Http.HttpResults;

namespace ExportConsortia.Platform.Http;

/// <summary>Collects every wrong field of a request, so that the sender can correct all of them at once.</summary>
public sealed class InputErrors
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>True if a field is wrong.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>The wrong fields, each with its sentences.</summary>
    public IReadOnlyDictionary<string, string[]> Fields => _errors;

    /// <summary>Notes what is wrong with a field, named by its path such as <c>lines[2].quantity</c>.</summary>
    public void Add(string field, string sentence) =>
        _errors[field] = [.. _errors.GetValueOrDefault(field, []), sentence];

    /// <summary>The same, unless the field is right.</summary>
    public void Unless(bool right, string field, string sentence)
    {
        if (!right)
        {
            Add(field, sentence);
        }
    }

    /// <summary>The text without surrounding blanks; wrong when empty or too long.</summary>
    public string Text(string? value, string field, int longest)
    {
        var text = value?.Trim() ?? "";
        Unless(text.Length > 0 && text.Length <= longest && !text.Any(char.IsControl), field, $"Must have 1 to {longest} characters.");
        return text;
    }

    /// <summary>Notes a text that may be absent, but not longer.</summary>
    public void AtMost(int longest, string? value, string field) =>
        Unless(value is null || value.Length <= longest, field, $"May have at most {longest} characters.");

    /// <summary>A short code that people type and print: letters, digits, <c>- _ .</c></summary>
    public string Code(string? value, string field, int longest = 20)
    {
        var code = value?.Trim() ?? "";
        Unless(
            code.Length > 0 && code.Length <= longest && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
            field, $"Must have 1 to {longest} letters, digits, hyphens, underscores or dots.");
        return code;
    }

    /// <summary>All fields with their sentences as one text, for settings.</summary>
    public override string ToString() => string.Join(" ", _errors.Select(e => $"{e.Key}: {string.Join(" ", e.Value)}"));

    /// <summary>The answer to send: 400 with a sentence for each wrong field.</summary>
    public ProblemHttpResult ToProblem() => Refusal.Invalid(_errors);
}
