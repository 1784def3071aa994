using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Web;

/// <summary>A form as it was sent: what was typed, and what is wrong with it, in the order of the fields.</summary>
public sealed class FormState(string prefix, IFormCollection? sent = null)
{
    private readonly List<(string Field, string Sentence)> _errors = [];

    /// <summary>What is wrong, field by field. A field may be empty: then the sentence is about the whole form.</summary>
    public IReadOnlyList<(string Field, string Sentence)> Errors => _errors;

    /// <summary>True if nothing is wrong.</summary>
    public bool Ok => _errors.Count == 0;

    /// <summary>True if this is an answer to a form that was sent.</summary>
    public bool WasSent => sent is not null;

    /// <summary>What was typed into a field.</summary>
    public string this[string field] => sent?[field].ToString().Trim() ?? "";

    /// <summary>What was typed, with blanks at its ends: for passwords.</summary>
    public string Raw(string field) => sent?[field].ToString() ?? "";

    /// <summary>What was chosen or typed in fields of the same name.</summary>
    public IReadOnlyList<string> All(string field) => [.. sent?[field].OfType<string>() ?? []];

    /// <summary>What was typed, or a suggestion where the form was not sent yet.</summary>
    public string Or(string field, string? suggestion) => sent is null || !sent.ContainsKey(field) ? suggestion ?? "" : this[field];

    /// <summary>Id of a field on the page; the same form can be there many times.</summary>
    public string Id(string field) => field.Length == 0 ? prefix : $"{prefix}-{field}";

    /// <summary>What is wrong with a field first of all; null if nothing is.</summary>
    public string? ErrorOf(string field) => _errors.Find(error => error.Field == field).Sentence;

    /// <summary>The ids of what describes a field, for <c>aria-describedby</c>: its hint, if it has one, and what is wrong with it.</summary>
    public string? DescribedBy(string field, string? hint) => (hint, ErrorOf(field)) switch
    {
        (null, null) => null,
        (_, null) => $"{Id(field)}-hint",
        (null, _) => $"{Id(field)}-error",
        _ => $"{Id(field)}-hint {Id(field)}-error",
    };

    /// <summary>Says what is wrong with a field.</summary>
    public FormState Wrong(string field, string sentence)
    {
        _errors.Add((field, sentence));
        return this;
    }

    /// <summary>A field that may not be empty.</summary>
    public string Needed(string field, string sentence)
    {
        if (this[field].Length == 0)
        {
            Wrong(field, sentence);
        }

        return this[field];
    }

    /// <summary>A whole number of at least <paramref name="least"/>; people may separate thousands as their language does.</summary>
    public long? Whole(string field, string sentence, long least = 1)
    {
        var separator = CultureInfo.CurrentCulture.NumberFormat.NumberGroupSeparator;
        var digits = string.Concat(this[field].Where(c => !char.IsWhiteSpace(c))).Replace(separator, "", StringComparison.Ordinal);
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least)
        {
            return number;
        }

        Wrong(field, sentence);
        return null;
    }

    /// <summary>
    /// What the interface refused, said at the fields it names. <paramref name="fields"/> maps its fields to those of the form; what it names else is
    /// said at <paramref name="field"/>.
    /// </summary>
    internal FormState Refused(Problem? problem, Words words, string field = "", params (string Theirs, string Ours)[] fields)
    {
        if (problem?.Errors is { Count: > 0 } errors)
        {
            foreach (var (theirs, sentence) in errors)
            {
                var ours = fields.FirstOrDefault(f => f.Theirs.Equals(theirs, StringComparison.OrdinalIgnoreCase)).Ours
                    ?? (sent?.Keys.FirstOrDefault(key => key.Equals(theirs, StringComparison.OrdinalIgnoreCase)) ?? field);
                Wrong(ours, Sentence(errors.Count == 1 ? problem.Code : null, sentence.FirstOrDefault(), words));   // of several, each has its own
            }

            return this;
        }

        return Wrong(field, Sentence(problem?.Code, problem?.Detail, words));
    }

    // A word of ours in the reader's language, else the interface's own sentence.
    private static string Sentence(string? code, string? detail, Words words) =>
        code is not null && Language.Current.Word($"refusal.{code}") is { } known ? known : detail ?? words["error.ours.title"];
}
