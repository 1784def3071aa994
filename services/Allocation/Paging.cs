using System.Linq.Expressions;

namespace ExportConsortia.Allocation;

/// <summary>Lists are read a page at a time, the latest first.</summary>
internal static class Paging
{
    /// <summary>
    /// The rows of one page, not read yet. Many rows may be of one instant: a page goes on after a row, not after an instant.
    /// </summary>
    /// <param name="rows">All rows that the caller may see.</param>
    /// <param name="instant">Name of the property by which they are ordered.</param>
    /// <param name="limit">Rows a page, 1 to 200, 50 if absent.</param>
    /// <param name="before">The last row of the page before, if any.</param>
    /// <param name="which">The rows asked for.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>A refusal, or the page and its limit: a page with fewer rows is the last one.</returns>
    public static async Task<(ProblemHttpResult? Refused, IQueryable<T> Page, int Limit)> PageAsync<T>(
        this IQueryable<T> rows, string instant, int? limit, Guid? before, Expression<Func<T, bool>> which, CancellationToken ct)
        where T : class
    {
        if (limit is < 1 or > 200)
        {
            return (Refusal.Invalid("limit", "Must be 1 to 200."), rows, 0);
        }

        var page = rows.AsNoTracking();
        if (before is { } id)
        {
            if (await rows.Where(r => EF.Property<Guid>(r, "Id") == id).Select(r => (DateTime?)EF.Property<DateTime>(r, instant)).SingleOrDefaultAsync(ct) is not { } last)
            {
                return (Refusal.Invalid("before", "Must be the last page's before."), rows, 0);
            }

            page = page.Where(r => EF.Property<DateTime>(r, instant) < last || (EF.Property<DateTime>(r, instant) == last && EF.Property<Guid>(r, "Id").CompareTo(id) > 0));
        }

        var take = limit ?? 50;
        return (null, page.Where(which).OrderByDescending(r => EF.Property<DateTime>(r, instant)).ThenBy(r => EF.Property<Guid>(r, "Id")).Take(take), take);
    }
}
