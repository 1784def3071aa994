using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Platform.Http;

/// <summary>Lists are read a page at a time, the latest first.</summary>
public static class Paging
{
    private const int LargestPage = 200;

    /// <summary>
    /// The query for one page. Many rows may share an instant, so a page continues after a row, not after an instant. The table's key is <c>Id</c>.
    /// </summary>
    /// <param name="rows">All rows that the caller may see.</param>
    /// <param name="instant">Name of the property that orders them.</param>
    /// <param name="limit">Rows per page, 1 to 200; 50 by default.</param>
    /// <param name="before">Id of the last row of the previous page, if any.</param>
    /// <param name="which">The rows asked for.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>A refusal, or the page and its limit: a page with fewer rows is the last one.</returns>
    public static async Task<(ProblemHttpResult? Refused, IQueryable<T> Page, int Limit)> PageAsync<T>(
        this IQueryable<T> rows, string instant, int? limit, Guid? before, Expression<Func<T, bool>> which, CancellationToken ct)
        where T : class
    {
        if (limit is < 1 or > LargestPage)
        {
            return (Refusal.Invalid("limit", $"Must be 1 to {LargestPage}."), rows, 0);
        }

        var page = rows.AsNoTracking();
        if (before is { } id)
        {
            var ofThatRow = rows.Where(r => EF.Property<Guid>(r, "Id") == id).Select(r => (DateTime?)EF.Property<DateTime>(r, instant));
            if (await ofThatRow.SingleOrDefaultAsync(ct) is not { } last)
            {
                return (Refusal.Invalid("before", "Must be the value of before in the previous page."), rows, 0);
            }

            page = page.Where(r => EF.Property<DateTime>(r, instant) < last
                || (EF.Property<DateTime>(r, instant) == last && EF.Property<Guid>(r, "Id").CompareTo(id) > 0));
        }

        var take = limit ?? 50;
        var latestFirst = page.Where(which).OrderByDescending(r => EF.Property<DateTime>(r, instant)).ThenBy(r => EF.Property<Guid>(r, "Id"));
        return (null, latestFirst.Take(take), take);
    }
}
