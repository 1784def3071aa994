namespace ExportConsortia.Membership;

/// <summary>Collects every wrong field of a request, so that the sender mends all of them at once.</summary>
internal sealed class InputErrors
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public void Add(string field, string sentence) =>
        _errors[field] = [.. _errors.GetValueOrDefault(field, []), sentence];

    public void Unless(bool right, string field, string sentence)
    {
        if (!right)
        {
            Add(field, sentence);
        }
    }

    /// <summary>The text without blanks around it; wrong when empty or too long.</summary>
    public string Text(string? value, string field, int longest)
    {
        var text = value?.Trim() ?? "";
        Unless(text.Length > 0 && text.Length <= longest && !text.Any(char.IsControl), field, $"Must have 1 to {longest} characters.");
        return text;
    }

    /// <summary>A short code that people type and print: letters, digits, <c>- _ .</c></summary>
    public string Code(string? value, string field, int longest = 20)
    {
        var code = value?.Trim() ?? "";
        Unless(
            code.Length > 0 && code.Length <= longest && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
            field, $"Must have 1 to {longest} letters, digits, hyphens, underscores or dots.");
        return code;
    }

    /// <summary>For a setting: each field with its sentences.</summary>
    public override string ToString() => string.Join(" ", _errors.Select(e => $"{e.Key}: {string.Join(" ", e.Value)}"));

    public ProblemHttpResult ToProblem() => Refusal.Invalid(_errors);
}
