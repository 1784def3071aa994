using ExportConsortia.Marketing.Products;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>Which firms may say something of which products.</summary>
internal static class FirmRules
{
    extension(MarketingDb db)
    {
        /// <summary>The firm that the caller works for, if it may still change what it shows.</summary>
        public async Task<(ProblemHttpResult? Refused, MemberFirm? Firm)> FirmThatWritesAsync(Caller caller, CancellationToken ct) =>
            await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == caller.MemberId, ct) is not { } firm
                ? (Refusal.NotFound(), null)
                : firm.Standing == MemberStanding.Left
                    ? (new Refusal("MEMBER_LEFT", "The firm has left the consortium.").ToProblem(), null)
                    : (null, firm);

        /// <summary>
        /// Saves what <paramref name="work"/> adds, unless it returns false. The requests of one firm do so one after the other: limits on what it
        /// may have hold however many it sends at once.
        /// </summary>
        public Task<bool> SaveInTurnAsync(MemberFirm firm, Func<Task<bool>> work, CancellationToken ct) => db.InOneTransactionAsync(
            async () =>
            {
                await db.LockAsync(db.Members.Where(m => m.Id == firm.Id).OrderBy(m => m.Id), ct);
                if (!await work())
                {
                    return false;
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
    }

    /// <summary>A firm shows what the list has and what it can make, and nothing else.</summary>
    public static Refusal? RefuseSheet(this MemberFirm firm, ListedProduct product) =>
        product.Retired
            ? new("PRODUCT_RETIRED", $"{product.Code} is retired from the consortium's list.")
            : firm.Capabilities.Exists(c => c.ProductCode == product.Code)
                ? null
                : new("NOT_CAPABLE", $"The firm has not stated that it can make {product.Code}.");
}
