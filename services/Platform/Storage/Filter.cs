using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Platform.Storage;

/// <summary>
/// Names of the query filters on owned data. The platform passes both. Code of a caller's request that must read rows of other member firms ignores
/// the filter of the member firms only, never that of the consortium. A test lists every such place.
/// </summary>
public static class Filter
{
    /// <summary>The caller sees its own consortium only.</summary>
    public const string Consortium = nameof(Consortium);

    /// <summary>Within a consortium a member firm sees its own rows, or none of those that are for the clean team.</summary>
    public const string Member = nameof(Member);

    /// <summary>
    /// Includes the rows of the other member firms of the caller's consortium in this query: in the whole of it, whichever table it is said of. Rows
    /// that must stay filtered are read by a query of their own, never joined or asked for inside this one.
    /// </summary>
    public static IQueryable<T> AcrossMembers<T>(this IQueryable<T> rows)
        where T : class => rows.IgnoreQueryFilters([Member]);
}
