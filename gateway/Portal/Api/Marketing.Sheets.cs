namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Marketing about sheets, under the same names as in its interface; a test compares them.

public sealed record SheetText(string Name, string Text);

public sealed record SheetSize(long LengthMm, long WidthMm, long HeightMm, long WeightGrams);

public sealed record SheetPack(long Quantity, long LengthMm, long WidthMm, long HeightMm, long GrossWeightGrams);

public sealed record SheetContent(
    IReadOnlyDictionary<string, SheetText> Texts, string? HsCode, SheetSize? Size, SheetPack? Pack, int? LeadTimeDays, long? MinimumOrder,
    string? Origin, IReadOnlyList<Guid> Certificates, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<Guid> Images);

public sealed record SheetView(
    Guid Id, Guid MemberId, string ProductCode, string ProductName, string Unit, string State, SheetContent Draft, SheetContent? Approved,
    int ApprovedVersion, string? ReturnedBecause, IReadOnlyList<CertificateView> Certificates, bool? NamesProduct, DateTime ChangedAt,
    SheetLeftOut? LeftOut = null);

public sealed record SheetLeftOut(int Edition, string Reason);

public sealed record SheetRow(
    Guid Id, Guid MemberId, string ProductCode, string ProductName, string State, IReadOnlyDictionary<string, string> Names, Guid? FirstImage,
    int ApprovedVersion, DateTime ChangedAt);

public sealed record ReadSheetsSheetPage(IReadOnlyList<SheetRow> Sheets, Guid? Before);

public sealed record CertificateView(
    Guid Id, Guid MemberId, string Kind, string Number, string Issuer, DateOnly ValidFrom, DateOnly ValidUntil, DateTime? ConfirmedAt, long Version,
    string? UnconfirmedBecause = null);

public sealed record ImageView(Guid Id, string ContentType, int Width, int Height);

public sealed record ImportSheetsResponse(int Rows, int Created, int Changed, int Unchanged, bool Trial);
