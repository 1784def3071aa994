/// <summary>What a firm of the demonstration says of a product, in three languages, with a picture.</summary>
internal sealed record Sheet(
    string Firm, string Product, string HsCode, int LeadTimeDays, long MinimumOrder, (long Length, long Width, long Height, long Grams) Size,
    string Wood, (string Name, string Text) English, (string Name, string Text) French, (string Name, string Text) German, byte[] Picture)
{
    private static readonly (byte, byte, byte) s_teak = (0x9c, 0x62, 0x2f);
    private static readonly (byte, byte, byte) s_rattan = (0xc8, 0x9b, 0x5a);
    private static readonly (byte, byte, byte) s_rosewood = (0x6e, 0x33, 0x2a);

    /// <summary>All sheets of the demonstration.</summary>
    public static readonly Sheet[] All =
    [
        new("F1", "TK-12", "940169", 45, 100, (560, 520, 900, 7_200), "teak",
            ("Teak garden chair",
             "Folding chair of plantation teak, oiled, with brass fittings. For terrace and garden; it weathers to silver grey."),
            ("Chaise de jardin en teck", "Chaise pliante en teck de plantation, huilée, ferrures en laiton. Pour la terrasse et le jardin."),
            ("Gartenstuhl aus Teak", "Klappstuhl aus Plantagenteak, geölt, mit Beschlägen aus Messing. Für Terrasse und Garten."),
            global::Picture.Of(s_teak, (7, 2, .6, 10.8), (7.6, 2.6, 5, .9), (12.4, 2, .6, 5.6),
                (7.6, 4.2, 4.8, .9), (6.4, 7.4, 7.2, .7), (12.8, 8.1, .6, 4.7))),
        new("F4", "TB-03", "940360", 60, 20, (1_800, 900, 740, 48_000), "teak",
            ("Teak dining table", "Table for eight with a solid top of 30 mm, mortised legs and no visible screws."),
            ("Table de repas en teck", "Table pour huit personnes, plateau massif de 30 mm, pieds assemblés à tenons, sans vis apparente."),
            ("Esstisch aus Teak", "Tisch für acht Personen mit massiver Platte von 30 mm, gezapften Beinen und ohne sichtbare Schrauben."),
            global::Picture.Of(s_teak, (3, 6, 14, .8), (4, 6.8, 12, .8), (4, 7.6, .8, 5.2), (15.2, 7.6, .8, 5.2))),
        new("F4", "RA-07", "940153", 40, 50, (680, 700, 820, 6_500), "rattan",
            ("Rattan armchair", "Hand-woven armchair on a bent rattan frame, with a cushion of natural cotton."),
            ("Fauteuil en rotin", "Fauteuil tressé à la main sur une structure en rotin cintré, avec un coussin en coton naturel."),
            ("Rattansessel", "Von Hand geflochtener Sessel auf gebogenem Rattangestell, mit einem Kissen aus Naturbaumwolle."),
            global::Picture.Of(s_rattan, (6, 3, 8, 5), (6.6, 3.6, 6.8, .5), (6.6, 5, 6.8, .5),
                (6.6, 6.4, 6.8, .5), (5, 8, 10, 1.6), (4.6, 6.4, .8, 6.4), (14.6, 6.4, .8, 6.4))),
        new("F2", "BE-05", "940169", 50, 30, (1_500, 600, 880, 19_000), "teak",
            ("Garden bench", "Bench for three of plantation teak with slatted seat and back, delivered assembled."),
            ("Banc de jardin", "Banc pour trois personnes en teck de plantation, assise et dossier à lattes, livré monté."),
            ("Gartenbank", "Bank für drei Personen aus Plantagenteak, Sitz und Lehne aus Latten, fertig montiert."),
            global::Picture.Of(s_teak, (3, 4, 14, .7), (3, 5.2, 14, .7), (3, 6.4, 14, .7),
                (2.6, 8, 14.8, .9), (3, 8.9, .8, 3.9), (16.2, 8.9, .8, 3.9))),
        new("F3", "ST-01", "940169", 30, 200, (350, 350, 450, 2_600), "rosewood",
            ("Stool", "Three-legged stool of rosewood, turned by hand. Stacks four high."),
            ("Tabouret", "Tabouret à trois pieds en palissandre, tourné à la main. Empilable par quatre."),
            ("Hocker", "Dreibeiniger Hocker aus Palisander, von Hand gedrechselt. Zu viert stapelbar."),
            global::Picture.Of(s_rosewood, (6.5, 7, 7, 1), (7.2, 8, .7, 4.8), (9.7, 8, .7, 4.8), (12.1, 8, .7, 4.8))),
        new("F5", "SH-09", "940360", 35, 40, (900, 320, 1_800, 22_000), "teak",
            ("Bookshelf", "Five shelves of solid teak between two ladders; taken apart it fits a flat carton."),
            ("Étagère", "Cinq tablettes en teck massif entre deux échelles ; démontée, elle tient dans un carton plat."),
            ("Bücherregal", "Fünf Böden aus massivem Teak zwischen zwei Leitern; zerlegt passt es in einen flachen Karton."),
            global::Picture.Of(s_teak, (5.4, 1.6, .6, 11.2), (6, 2.4, 8, .5), (14, 1.6, .6, 11.2),
                (6, 4.8, 8, .5), (6, 7.2, 8, .5), (6, 9.6, 8, .5), (6, 12, 8, .5))),
    ];

    /// <summary>The sheet as the interface takes it.</summary>
    /// <param name="image">Id of the uploaded picture.</param>
    public object Content(Guid image) => new
    {
        texts = new Dictionary<string, object> { ["en"] = Said(English), ["fr"] = Said(French), ["de"] = Said(German) },
        hsCode = HsCode,
        size = new { lengthMm = Size.Length, widthMm = Size.Width, heightMm = Size.Height, weightGrams = Size.Grams },
        pack = new
        {
            quantity = 1, lengthMm = Size.Length + 60, widthMm = Size.Width + 60, heightMm = Size.Height + 60, grossWeightGrams = Size.Grams + 1_500,
        },
        leadTimeDays = LeadTimeDays,
        minimumOrder = MinimumOrder,
        origin = "LA",
        attributes = new Dictionary<string, string> { ["wood"] = Wood },
        images = new[] { image },
    };

    private static object Said((string Name, string Text) one) => new { name = one.Name, text = one.Text };
}
