namespace ExportConsortia.Marketing.Quotations;

/// <summary>The last number that a consortium gave in a year: numbers have no gaps (F-E5), since number and quotation are saved together.</summary>
internal sealed class QuotationNumber
{
    public required Guid ConsortiumId { get; init; }

    public required int Year { get; init; }

    public int Last { get; set; }

    /// <summary>The next number of this calendar year of the consortium's, such as <c>Q-2026-0001</c>.</summary>
    public static async Task<string> NextAsync(MarketingDb db, Guid consortiumId, DateTime now, CancellationToken ct)
    {
        var year = (await db.ConsortiumAsync(consortiumId, ct)).CalendarYear(now);
        var number = await db.QuotationNumbers.FindAsync([consortiumId, year], ct)
            ?? db.Add(new QuotationNumber { ConsortiumId = consortiumId, Year = year }).Entity;
        number.Last++;
        return $"Q-{year:0000}-{number.Last:0000}";
    }
}
