using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ExportConsortia.Platform.Storage;

/// <summary>What an exception of the store means.</summary>
public static class StoreErrors
{
    /// <summary>True if somebody else changed or created the same row at the same moment: a retry on the new state may succeed.</summary>
    internal static bool IsConflict(this Exception e) => e is DbUpdateConcurrencyException || (e is DbUpdateException save && save.IsDuplicate());

    /// <summary>True if a unique key is taken: somebody else was a moment faster.</summary>
    internal static bool IsDuplicate(this DbUpdateException e) =>
        e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            or SqliteException { SqliteExtendedErrorCode: 1555 or 2067 };

    /// <summary>True if the store can't be reached now; the request itself may be right.</summary>
    public static bool IsStoreAway(this Exception e) =>
        e is NpgsqlException { IsTransient: true } or TimeoutException or DbException { IsTransient: true }
        || (e is PostgresException { SqlState: var state }
            && (state.StartsWith("57P", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal)))
        || e is InvalidOperationException { Source: "Npgsql" }   // the driver's error for a connection that broke between two statements
        || (e.InnerException?.IsStoreAway() ?? false);
}
