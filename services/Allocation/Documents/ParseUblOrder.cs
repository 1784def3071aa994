using System.Xml;
using System.Xml.Linq;

namespace ExportConsortia.Allocation.Documents;

/// <summary>Parses the bytes of an order file, and refuses files that are broken, dangerous or not a UBL 2.1 order.</summary>
internal static class ParseUblOrder
{
    private const int MaxDepth = 40;
    private const int MaxNameLength = 100;

    private static readonly XNamespace Ubl = "urn:oasis:names:specification:ubl:schema:xsd:Order-2";

    /// <summary>The root element, or why there is none.</summary>
    public static (XElement? Root, UblFault? Fault) Parse(byte[] file)
    {
        var (text, undecodable) = DecodeXml.Decode(file);
        if (text is null)
        {
            return (null, undecodable);
        }

        if (Malformed(text) is { } malformed)
        {
            return (null, malformed);
        }

        using var reader = OpenXml(text);
        var root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        return WrongRoot(root) is { } wrong ? (null, wrong) : (root, null);
    }

    // DTDs allow entity bombs and external files: they are prohibited, and nothing outside the file is ever opened.
    private static XmlReader OpenXml(string text) => XmlReader.Create(
        new StringReader(text),
        new()
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreWhitespace = true,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        });

    /// <summary>Scans the file once before anything is built from it: it may be broken, or crafted to exhaust the service.</summary>
    private static UblFault? Malformed(string text)
    {
        using var reader = OpenXml(text);
        var place = (IXmlLineInfo)reader;
        try
        {
            while (reader.Read())
            {
                if (reader.Depth > MaxDepth)
                {
                    return new(place.LineNumber, place.LinePosition, "/", OrderRule.Shape, $"Elements are nested more than {MaxDepth} deep.");
                }

                if (reader.Name.Length > MaxNameLength)
                {
                    return new(place.LineNumber, place.LinePosition, "/", OrderRule.Shape,
                        $"An element's name is longer than {MaxNameLength} letters.");
                }

                for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
                {
                    if (reader.Name.Length > MaxNameLength)
                    {
                        return new(place.LineNumber, place.LinePosition, "/", OrderRule.Shape,
                            $"An attribute's name is longer than {MaxNameLength} letters.");
                    }
                }
            }

            return null;
        }
        catch (XmlException broken)
        {
            // The reader doesn't say where a prohibited declaration is.
            return broken.LineNumber == 0 && text.IndexOf("<!DOCTYPE", StringComparison.Ordinal) is var at and >= 0
                ? new(
                    text.AsSpan(0, at).Count('\n') + 1,
                    at - text.LastIndexOf('\n', at),
                    "/",
                    OrderRule.NoDtd,
                    "The file has a document type declaration (DOCTYPE); an order must not have one, nor entities.")
                : new(Math.Max(broken.LineNumber, 1), Math.Max(broken.LinePosition, 1), "/", OrderRule.Xml,
                    $"The file is not well-formed XML: {broken.Message}");
        }
    }

    private static UblFault? WrongRoot(XElement root)
    {
        if (root.Name == Ubl + "Order")
        {
            return null;
        }

        var name = root.Name.LocalName;
        var sentence = name switch
        {
            "Order" => $"The root element is an Order, but not of UBL 2.1: its namespace must be '{Ubl.NamespaceName}'.",
            "OrderChange" =>
                "This is an OrderChange, not an Order: changes of an order are not imported; agree on them with the consortium's manager.",
            "OrderCancellation" => "This is an OrderCancellation, not an Order: tell the consortium's manager, who closes the order.",
            "OrderResponse" or "OrderResponseSimple" => $"This is an {name}, a seller's answer, not an Order: only buyers' orders are imported.",
            _ => $"The root element is '{CheckOrderDocument.Shown(name)}'; a UBL 2.1 Order is expected.",
        };
        return new(UblReading.LineOf(root), UblReading.ColumnOf(root), $"/{name}", OrderRule.Root, sentence);
    }
}
