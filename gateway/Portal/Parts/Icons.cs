using System.Collections.Frozen;

namespace ExportConsortia.Portal.Parts;

/// <summary>
/// The drawings of the icons, our own, on a grid of 24. They stand in the page: a sprite would be one more request and need a wider content policy.
/// </summary>
internal static class Icons
{
    private static readonly FrozenDictionary<string, string> Drawings = new Dictionary<string, string>
    {
        ["logo"] = """<path d="M4 6.5h5.5l5 5.5H20"/><path d="M4 12h16"/><path d="M4 17.5h5.5l5-5.5"/><path d="m17 9 3 3-3 3"/>""",
        ["check"] = """<path d="M4.5 12.5 9.5 17.5 19.5 6.5"/>""",
        ["check-circle"] = """<circle cx="12" cy="12" r="9"/><path d="M8 12.5 11 15.5 16 9.5"/>""",
        ["alert"] = """<circle cx="12" cy="12" r="9"/><path d="M12 7.5V13M12 16.3v.1"/>""",
        ["warn"] = """<path d="M12 3.5 22 20.5H2Z"/><path d="M12 10v4.5M12 17.4v.1"/>""",
        ["info"] = """<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.7v.1"/>""",
        ["user"] = """<circle cx="12" cy="12" r="9"/><circle cx="12" cy="10" r="3"/><path d="M6.2 18.7C7 16 9.3 15 12 15s5 1 5.8 3.7"/>""",
        ["offers"] = """<path d="M3 13 6 5h12l3 8v6H3Z"/><path d="M3 13h5.5l1 2.5h5l1-2.5H21"/>""",
        ["orders"] = """<path d="M12 2.8 20 7v10l-8 4.2L4 17V7Z"/><path d="M4 7l8 4.3L20 7M12 11.3v9.9M8 4.9l8 4.3"/>""",
        ["today"] = """<path d="M3 6.5 4.5 8 7.5 5M3 15.5 4.5 17l3-3M11 7h10M11 16h10"/>""",
        ["members"] = """<path d="M3 20.5V9.5l5.5 4v-4l5.5 4V4h5v16.5Z"/><path d="M7.5 17h1M12.5 17h1"/>""",
        ["book"] = """<path d="M12 6.5C9.5 4.5 6.5 4 3 4v14c3.5 0 6.5.5 9 2.5 2.5-2 5.5-2.5 9-2.5V4c-3.5 0-6.5.5-9 2.5Z"/><path d="M12 6.5v14"/>""",
        ["capacity"] = """<path d="M4.5 18.5a9.5 9.5 0 1 1 15 0"/><path d="M12 14.5 16 9"/>""",
        ["scale"] = """<path d="M12 3.5v17M7.5 20.5h9M5 6.5h14"/><path d="M5 6.5 2.5 13.5h5ZM19 6.5l-2.5 7h5Z"/>""",
        ["vote"] = """<path d="M4 13.5v7h16v-7M2.5 13.5h19"/><path d="M6.5 13.5v-10h11v10"/><path d="M9.5 8.5 11.3 10.3 14.8 6.5"/>""",
        ["fund"] = """<ellipse cx="12" cy="6" rx="7.5" ry="3"/>"""
            + """<path d="M4.5 6v6c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3V6M4.5 12v6c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3v-6"/>""",
        ["fair"] = """<path d="M3 9.5 5 4h14l2 5.5Z"/><path d="M5 12.5v8h14v-8M10 20.5V15h4v5.5M3 9.5c0 4 6 4 6 0 0 4 6 4 6 0 0 4 6 4 6 0"/>""",
        ["statement"] = """<path d="M5 3h14v18l-2.3-1.5L14.3 21 12 19.5 9.7 21l-2.4-1.5L5 21Z"/><path d="M8.5 8h7M8.5 12h7"/>""",
        ["catalogue"] = """<path d="M4 4h6.5v6.5H4ZM13.5 4H20v6.5h-6.5ZM4 13.5h6.5V20H4ZM13.5 13.5H20V20h-6.5Z"/>""",
        ["lead"] = """<path d="M4 5h16v11.5h-8L7 20.5v-4H4Z"/><path d="M8.5 9h7M8.5 12.5h4.5"/>""",
        ["clock"] = """<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.3 2"/>""",
        ["upload"] = """<path d="M12 15.5v-12M7.5 8 12 3.5 16.5 8M4 15.5v5h16v-5"/>""",
        ["shield"] = """<path d="M12 2.8c2.5 1.8 5 2.5 8 2.5 0 7.2-2 12.7-8 15.9-6-3.2-8-8.7-8-15.9 3 0 5.5-.7 8-2.5Z"/>"""
            + """<path d="M8.5 12 11 14.5 15.5 9.5"/>""",
        ["split"] = """<path d="M12 21v-7.5L5.5 7M12 13.5 18.5 7M5.5 11.5V7H10M14 7h4.5v4.5"/>""",
        ["chevron"] = """<path d="m9 5.5 6.5 6.5L9 18.5"/>""",
        ["x"] = """<path d="M6 6l12 12M18 6 6 18"/>""",
        ["ship"] = """<path d="M3 14.5h18l-2.5 5h-13Z"/><path d="M6 14.5V9.5h12v5M9.5 9.5V5h5v4.5"/>""",
        ["search"] = """<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>""",
        ["minus"] = """<path d="M5 12h14"/>""",
        ["plus"] = """<path d="M5 12h14M12 5v14"/>""",
        ["euro"] = """<circle cx="12" cy="12" r="9"/><path d="M15.5 8.5c-3.5-2-7 0-7 3.5s3.5 5.5 7 3.5M6.5 11h6M6.5 13.3h6"/>""",
        ["calendar"] = """<path d="M4 5.5h16v15H4ZM4 10.5h16M8.5 3v4.5M15.5 3v4.5"/>""",
        ["pin"] = """<path d="M12 21.5C8 17 5.5 13.5 5.5 9.8a6.5 6.5 0 0 1 13 0c0 3.7-2.5 7.2-6.5 11.7Z"/><circle cx="12" cy="9.8" r="2.3"/>""",
        ["flag"] = """<path d="M5.5 21V4M5.5 4.5h13l-3 4.5 3 4.5h-13"/>""",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Of(string name) => Drawings.TryGetValue(name, out var drawing) ? drawing : "";
}
