namespace ExportConsortia.Platform;

/// <summary>
/// Whether two accounts are two people. Whoever invites somebody holds the link of the invitation and could follow it alone, so an account counts
/// together with its controllers: who invited it, who invited those, and who sent it a new password.
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
}
