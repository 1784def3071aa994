namespace ExportConsortia.Allocation.Engine;

/// <summary>A member firm's free capacity for one product family and period.</summary>
/// <param name="Id">The capacity declaration.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="Family">The product family.</param>
/// <param name="From">First day.</param>
/// <param name="To">First day after the period.</param>
/// <param name="Free">Declared pieces less those reserved.</param>
/// <param name="AgeDays">Whole days since it was declared .</param>
/// <param name="Unit">UN/ECE code of the unit in which it was declared; null: pieces.</param>
internal sealed record SnapshotBucket(
    Guid Id, Guid MemberId, string Family, DateOnly From, DateOnly To, long Free, int AgeDays, string? Unit = null);
