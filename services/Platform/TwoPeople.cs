namespace ExportConsortia.Platform;

/// <summary>
/// Whether two accounts are two people. Everybody with an account could have made another one and act twice, so an account counts together with
/// every account that could have made it, or taken it over, alone: its controllers. Who is needed for that besides others isn't one of them.
/// </summary>
public static class TwoPeople
{
    /// <summary>The most controllers of an account: they travel in each of its tokens.</summary>
    public const int MostControllers = 20;

    /// <summary>True if no account stands behind both: then one person can't be both.</summary>
    /// <param name="a">An account.</param>
    /// <param name="controllersOfA">Its controllers (<see cref="Caller.Controllers"/>).</param>
    /// <param name="b">Another account.</param>
    /// <param name="controllersOfB">Its controllers.</param>
    public static bool Are(Guid a, IEnumerable<Guid> controllersOfA, Guid b, IEnumerable<Guid> controllersOfB)
    {
        ArgumentNullException.ThrowIfNull(controllersOfA);
        ArgumentNullException.ThrowIfNull(controllersOfB);
        return !controllersOfA.Append(a).Intersect(controllersOfB.Append(b)).Any();
    }

    /// <summary>Who could have done alone what all the sponsors were needed for: the accounts that stand behind each of them.</summary>
    /// <param name="sponsors">The sponsors with their controllers; one or more.</param>
    public static List<Guid> BehindAll(IEnumerable<(Guid Id, IEnumerable<Guid> Controllers)> sponsors) =>
        [.. sponsors.Select(s => s.Controllers.Append(s.Id)).Aggregate((behind, next) => behind.Intersect(next)).Distinct().Order()];
}
