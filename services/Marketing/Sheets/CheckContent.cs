namespace ExportConsortia.Marketing.Sheets;

/// <summary>Checks what a firm says in a sheet, field by field, and brings it into the one form in which it is kept and compared.</summary>
internal static class CheckContent
{
    public const int MostLanguages = 20;
    public const int MostAttributes = 30;
    public const int MostImages = 12;
    public const int MostCertificates = 20;
    public const int LongestName = 120;
    public const int LongestText = 4000;
    public const int LongestKey = 40;
    public const int LongestValue = 200;
    public const long MostMillimetres = 1_000_000;
    public const long MostGrams = 1_000_000_000;
    public const long MostInPack = 1_000_000_000;
    public const int MostDays = 3650;
    public const long LargestOrder = 1_000_000_000_000;

    /// <summary>The content without surrounding blanks, languages and attributes sorted. Its ids must be those of the firm.</summary>
    public static SheetContent Check(SheetContent content, FirmFiles files, InputErrors errors)
    {
        var checkedContent = new SheetContent
        {
            Texts = Texts(content.Texts ?? new Dictionary<string, SheetText>(), errors),
            HsCode = Blank(content.HsCode),
            Size = content.Size,
            Pack = content.Pack,
            LeadTimeDays = content.LeadTimeDays,
            MinimumOrder = content.MinimumOrder,
            Origin = Blank(content.Origin),
            Certificates = content.Certificates ?? [],
            Attributes = Attributes(content.Attributes ?? new Dictionary<string, string>(), errors),
            Images = content.Images ?? [],
        };
        var (hs, origin, size, pack) = (checkedContent.HsCode, checkedContent.Origin, content.Size, content.Pack);
        errors.Unless(hs is null || (hs.Length is >= 6 and <= 10 && hs.All(char.IsAsciiDigit)), "hsCode", "Must have 6 to 10 digits.");
        errors.Unless(origin is null || KnownCodes.IsCountry(origin), "origin", "Must be an ISO 3166-1 code in capital letters, such as LA.");
        errors.Unless(content.LeadTimeDays is null or (>= 1 and <= MostDays), "leadTimeDays", $"Must be 1 to {MostDays:N0} days.");
        errors.Unless(content.MinimumOrder is null or (>= 1 and <= LargestOrder), "minimumOrder", $"Must be 1 to {LargestOrder:N0}.");
        if (size is not null)
        {
            Sides("size", size.LengthMm, size.WidthMm, size.HeightMm, errors);
            errors.Unless(size.WeightGrams is >= 1 and <= MostGrams, "size.weightGrams", $"Must be 1 to {MostGrams:N0} grams.");
        }

        if (pack is not null)
        {
            Sides("pack", pack.LengthMm, pack.WidthMm, pack.HeightMm, errors);
            errors.Unless(pack.Quantity is >= 1 and <= MostInPack, "pack.quantity", $"Must be 1 to {MostInPack:N0}.");
            errors.Unless(pack.GrossWeightGrams is >= 1 and <= MostGrams, "pack.grossWeightGrams", $"Must be 1 to {MostGrams:N0} grams.");
        }

        Ids(checkedContent.Images, files.Images, MostImages, "images", "image", errors);
        Ids(checkedContent.Certificates, files.Certificates, MostCertificates, "certificates", "certificate", errors);
        return checkedContent;
    }

    private static SortedDictionary<string, SheetText> Texts(IReadOnlyDictionary<string, SheetText> texts, InputErrors errors)
    {
        errors.Unless(texts.Count is >= 1 and <= MostLanguages, "texts", $"Must have 1 to {MostLanguages} languages.");
        var sorted = new SortedDictionary<string, SheetText>(StringComparer.Ordinal);
        foreach (var (language, text) in texts.Take(MostLanguages))
        {
            errors.Unless(KnownCodes.IsLanguage(language), $"texts.{language}", $"'{language}' is not a language code in small letters, such as en.");
            var body = (text?.Text ?? "").Trim().ReplaceLineEndings("\n");
            errors.Unless(
                body.Length <= LongestText && !body.Any(c => char.IsControl(c) && c is not ('\n' or '\t')), $"texts.{language}.text",
                $"Must have at most {LongestText:N0} characters.");
            sorted[language] = new(errors.Text(text?.Name, $"texts.{language}.name", LongestName), body);
        }

        return sorted;
    }

    private static SortedDictionary<string, string> Attributes(IReadOnlyDictionary<string, string> attributes, InputErrors errors)
    {
        errors.Unless(attributes.Count <= MostAttributes, "attributes", $"Must be at most {MostAttributes}.");
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in attributes.Take(MostAttributes))
        {
            var name = key.Trim().ToLowerInvariant();
            errors.Unless(
                IsKey(name), "attributes", $"The name '{key}' must have 1 to {LongestKey} letters, digits, blanks, hyphens or underscores.");
            var text = errors.Text(value, $"attributes.{key}", LongestValue);
            errors.Unless(sorted.TryAdd(name, text), $"attributes.{key}", "Is there twice.");
        }

        return sorted;
    }

    /// <summary>True for the name of an attribute.</summary>
    public static bool IsKey(string key) =>
        key.Length is >= 1 and <= LongestKey && key.All(c => char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c)
            is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark
            || c is ' ' or '-' or '_');

    private static void Sides(string of, long length, long width, long height, InputErrors errors)
    {
        foreach (var (name, side) in new[] { ("lengthMm", length), ("widthMm", width), ("heightMm", height) })
        {
            errors.Unless(side is >= 1 and <= MostMillimetres, $"{of}.{name}", $"Must be 1 to {MostMillimetres:N0} millimetres.");
        }
    }

    private static void Ids(IReadOnlyList<Guid> ids, IReadOnlySet<Guid> own, int most, string field, string what, InputErrors errors)
    {
        errors.Unless(ids.Count <= most, field, $"Must be at most {most}.");
        errors.Unless(ids.Distinct().Count() == ids.Count, field, "Has an id twice.");
        foreach (var (i, id) in ids.Take(most).Index())
        {
            errors.Unless(own.Contains(id), $"{field}[{i}]", $"There is no such {what} of the firm.");
        }
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>Ids of what a firm has and its sheets may name.</summary>
internal sealed record FirmFiles(IReadOnlySet<Guid> Images, IReadOnlySet<Guid> Certificates)
{
    public static async Task<FirmFiles> OfAsync(Guid memberId, MarketingDb db, CancellationToken ct) => new(
        (await db.Images.Where(i => i.MemberId == memberId).Select(i => i.Id).ToListAsync(ct)).ToHashSet(),
        (await db.Certificates.Where(c => c.MemberId == memberId).Select(c => c.Id).ToListAsync(ct)).ToHashSet());
}
