using System.Xml;
using System.Xml.Linq;

namespace ExportConsortia.Allocation.Documents;

/// <summary>The state of reading one file: its faults, where each field is in the file, and which parts have been read.</summary>
internal sealed class UblReading
{
    /// <summary>With this many faults the file is refused anyway: reading the rest isn't worth the time.</summary>
    public const int MaxFaults = 200;

    public const int MaxUnmapped = 2000;

    public static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    public static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    private readonly HashSet<XElement> _repeated = [];
    private readonly List<UblQuestion> _questions = [];

    public List<UblFault> Faults { get; } = [];

    /// <summary>Fields with a fault already: no second one is reported.</summary>
    public HashSet<string> FaultyFields { get; } = [];

    /// <summary>Where in the file each field is, or would be.</summary>
    public Dictionary<string, (XElement Element, string Path)> Places { get; } = [];

    /// <summary>The elements and attributes that were read; the rest is unmapped.</summary>
    public HashSet<XObject> Read { get; } = [];

    /// <summary>The elements that something below was looked for in.</summary>
    public HashSet<XElement> Visited { get; } = [];

    /// <summary>What of the unmapped values somebody must decide on.</summary>
    public IEnumerable<DocumentQuestion> Questions => _questions.Select(question => question.ToDocumentQuestion());

    public string Currency { get; set; } = "";

    /// <summary>True if a number could not be read: then no sums are checked.</summary>
    public bool HasUnreadableNumber { get; set; }

    /// <summary>Records a fault at a field's element, or at the nearest element around it.</summary>
    public void Fault(string field, string rule, string sentence)
    {
        FaultyFields.Add(field);
        if (Faults.Count > MaxFaults)
        {
            return;
        }

        var known = field;
        while (!Places.ContainsKey(known) && known.Length > 0)
        {
            known = known[..Math.Max(known.LastIndexOfAny(['.', '[']), 0)];
        }

        var (element, path) = Places[known];
        Faults.Add(new(LineOf(element), ColumnOf(element), path, rule, sentence));
    }

    /// <summary>Records that an element occurs again although the standard allows it once.</summary>
    public void Repeated(XElement second, string path)
    {
        if (_repeated.Add(second) && Faults.Count <= MaxFaults)
        {
            Faults.Add(new(LineOf(second), ColumnOf(second), path, OrderRule.Once,
                $"{second.Name.LocalName} may occur only once here; this is the second."));
        }
    }

    /// <summary>
    /// Everything that was not read: text and attributes, in the order of the file. What of it stands in a line, or repeats an element of which the
    /// first was read, becomes a question.
    /// </summary>
    /// <param name="root">The root element.</param>
    /// <param name="lines">The lines, in the order of the file.</param>
    public List<UnmappedValue> Unmapped(XElement root, IReadOnlyList<DocumentLine> lines)
    {
        var unmapped = new List<UnmappedValue>();
        Collect(root, "/Order", null, null);
        return unmapped;

        void Collect(XElement element, string path, string? lineId, UblQuestion? question)
        {
            foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration && !Read.Contains(attribute)))
            {
                Keep($"{path}/@{NameOf(attribute.Name, attribute.Parent!)}", attribute.Value, lineId, question);
            }

            var text = OwnText(element);
            if (!Read.Contains(element) && (text.Length > 0 || !element.HasElements))
            {
                Keep(path, text, lineId, question);
            }

            var siblings = element.Elements().GroupBy(child => child.Name)
                .ToDictionary(group => group.Key, group => (First: group.First(), Count: group.Count(), Next: 1));
            foreach (var child in element.Elements())
            {
                if (unmapped.Count > MaxUnmapped)
                {
                    return;
                }

                var (first, count, next) = siblings[child.Name];
                siblings[child.Name] = (first, count, next + 1);
                var childPath = $"{path}/{NameOf(child.Name, child)}{(count > 1 ? $"[{next}]" : "")}";
                var line = element == root && child.Name == Cac + "OrderLine" ? lines.ElementAtOrDefault(next - 1)?.LineId ?? "" : lineId;
                Collect(child, childPath, line, question ?? About(child, first, childPath, line));
            }
        }

        // An element that nothing was read of is one question, whatever is in it.
        UblQuestion? About(XElement element, XElement first, string path, string? lineId) =>
            IsRead(element) ? null
            : element != first && IsRead(first) ? Ask(QuestionKind.Repeated, path, lineId)
            : lineId is not null ? Ask(QuestionKind.Unmapped, path, lineId)
            : null;

        UblQuestion Ask(QuestionKind kind, string path, string? lineId)
        {
            var question = new UblQuestion(kind, lineId, path);
            _questions.Add(question);
            return question;
        }

        void Keep(string path, string value, string? lineId, UblQuestion? question)
        {
            if (unmapped.Count > MaxUnmapped)
            {
                return;
            }

            unmapped.Add(new(path, value));
            (question ?? (lineId is null ? null : Ask(QuestionKind.Unmapped, path, lineId)))?.Values.Add(new(path, value));
        }

        bool IsRead(XElement element) => Read.Contains(element) || Visited.Contains(element);

        static string NameOf(XName name, XElement scope) =>
            name.Namespace == Cac || name.Namespace == Cbc || name.Namespace == XNamespace.None
            || scope.GetPrefixOfNamespace(name.Namespace) is not { Length: > 0 } prefix
                ? name.LocalName
                : $"{prefix}:{name.LocalName}";
    }

    public static string OwnText(XElement element) => string.Concat(element.Nodes().OfType<XText>().Select(text => text.Value)).Trim();

    public static int LineOf(XObject place) => ((IXmlLineInfo)place).LineNumber;

    public static int ColumnOf(XObject place) => ((IXmlLineInfo)place).LinePosition;
}
