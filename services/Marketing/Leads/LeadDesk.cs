using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Buyers;
using ExportConsortia.Marketing.Catalogue;

namespace ExportConsortia.Marketing.Leads;

/// <summary>What comes in at the consortium's desk, from whomever: a buyer, whom it may know, is interested in products.</summary>
internal static class LeadDesk
{
    /// <summary>The same interest of the same buyer within this time is one lead.</summary>
    private const int SameLeadDays = 30;

    private const int AssignedWithin = 2;

    /// <summary>The most leads that one firm captured at fairs, of whatever edition, in the pool: more would hide those of others.</summary>
    public const int MostAtFairsOfFirm = 200;

    /// <summary>What came in.</summary>
    public sealed record Interest(
        BuyerRegister.Known Buyer, BuyerContact? Contact, string Source, IReadOnlyList<string> ProductCodes, string? Message, long ValueMinor,
        Guid? By, Guid? FoundBy, AtFair? Fair = null)
    {
        /// <summary>The firm whose people captured it; null: the manager, or the buyer itself.</summary>
        public Guid? Firm { get; init; }
    }

    /// <summary>It came from a fair.</summary>
    /// <param name="EditionId">The edition.</param>
    /// <param name="FairLeadId">What was captured at the stand, if anything.</param>
    /// <param name="PersonKept">False: there was a person, whom the buyer has no place for.</param>
    public sealed record AtFair(Guid EditionId, Guid? FairLeadId, bool PersonKept = true);

    /// <summary>Checks codes of products: only listed ones can be asked for.</summary>
    public static Task<List<string>> CheckProductsAsync(
        Guid consortiumId, IReadOnlyList<string>? codes, MarketingDb db, InputErrors errors, CancellationToken ct) =>
        CheckAsync(codes, errors, asked => db.Products.Where(p => p.ConsortiumId == consortiumId && !p.Retired && asked.Contains(p.Code)).Select(p =>
            p.Code).ToListAsync(ct));

    /// <summary>Checks codes of products that the public asks for: only what the live catalogue shows at this instant.</summary>
    public static Task<List<string>> CheckShownAsync(
        Guid consortiumId, IReadOnlyList<string>? codes, MarketingDb db, IPublishedCatalogue catalogue, InputErrors errors, DateTime now,
        CancellationToken ct) =>
        CheckAsync(codes, errors, async asked =>
        {
            var sheets = await db.Sheets.Where(s => s.ConsortiumId == consortiumId && asked.Contains(s.ProductCode))
                .Select(s => new { s.Id, s.ProductCode }).ToListAsync(ct);
            var shown = await catalogue.ShownAsync(consortiumId, sheets.ConvertAll(s => s.Id), now, ct);
            return sheets.Where(s => shown.Contains(s.Id)).Select(s => s.ProductCode).ToList();
        });

    private static async Task<List<string>> CheckAsync(IReadOnlyList<string>? codes, InputErrors errors, Func<List<string>, Task<List<string>>> known)
    {
        var asked = (codes ?? []).Select(code => code?.Trim() ?? "").Distinct(StringComparer.Ordinal).ToList();
        errors.Unless(asked.Count <= Lead.MostProducts, "productCodes", $"Must be at most {Lead.MostProducts} products.");
        if (asked.Count is 0 or > Lead.MostProducts)
        {
            return [];
        }

        var listed = await known(asked);
        foreach (var (i, code) in asked.Index().Where(code => !listed.Contains(code.Item)))
        {
            errors.Add($"productCodes[{i}]", "Is not a product of the catalogue.");
        }

        return asked;
    }

    /// <summary>
    /// Keeps it: a new lead in the pool, or another capture of one that is there. Captures of a buyer wait for each other, so that two at the same
    /// moment are one lead. Null if there is no place for the person: the buyer has as many contacts as it can, or as many of the firm's.
    /// </summary>
    public static async Task<Lead?> KeepAsync(Guid consortiumId, Interest interest, MarketingDb db, DateTime now, CancellationToken ct)
    {
        Lead? kept = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                var (buyer, isNew) = await BuyerRegister.FindOrAddAsync(consortiumId, interest.Buyer, db, now, ct);
                if (!isNew)
                {
                    await db.LockAsync(db.Buyers.AcrossMembers().Where(b => b.Id == buyer.Id).Select(b => b.Id).OrderBy(id => id), ct);
                    await db.Entry(buyer).ReloadAsync(ct);
                }

                var contact = interest.Contact is { } person
                    ? buyer.Meet(person, person.ByForm ? await WorkedOnAsync(buyer, db, ct) : null, interest.Firm) : null;
                if (interest.Contact is not null && contact is null)
                {
                    return false;
                }

                var capture = new LeadCapture(now, interest.Source, interest.By, contact?.Id, interest.ProductCodes, interest.Message)
                {
                    Firm = interest.Firm,
                    Fair = interest.Fair is { } came
                        ? new(came.EditionId, came.FairLeadId, interest.Contact?.Consents.Max(c => (DateTime?)c.At))
                        {
                            ByManager = came.FairLeadId is not null && interest.Firm is null,
                        }
                        : null,
                };
                var since = now.AddDays(-SameLeadDays);
                var open = await db.Leads.AcrossMembers()
                    .Where(l => l.ConsortiumId == consortiumId && l.BuyerId == buyer.Id && l.Source == interest.Source
                        && l.FoundBy == interest.FoundBy
                        && l.ArrivedAt >= since && l.State != LeadState.Won && l.State != LeadState.Lost)
                    .OrderBy(l => l.ArrivedAt).ThenBy(l => l.Id).ToListAsync(ct);
                kept = open.Find(l => l.IsOf(interest.Fair?.EditionId) && (l.ProductCodes.Count == 0 || interest.ProductCodes.Count == 0
                    || l.ProductCodes.Intersect(interest.ProductCodes).Any()));
                if (kept is null)
                {
                    kept = db.Add(await NewAsync(consortiumId, buyer, interest, db, now, ct)).Entity;
                    await ProtectAsync(kept, buyer, db, now, ct);
                }

                if (kept.State == LeadState.Waiting && kept.CapturedFor != interest.Firm)
                {
                    kept.Enter(await AssignByAsync(consortiumId, db, now, ct));
                }

                kept.Capture(capture);
                if (interest.Fair is { } fair)
                {
                    db.Publish(kept.Id, new FairLeadKept(consortiumId, fair.EditionId, fair.FairLeadId, kept.Id, fair.PersonKept, now));
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return kept;
    }

    /// <summary>Until when a lead that is in the pool from now on is to be assigned .</summary>
    public static async Task<DateTime> AssignByAsync(Guid consortiumId, MarketingDb db, DateTime now, CancellationToken ct) =>
        (await KeepWorkingDays.OfAsync(consortiumId, db, ct)).EndOf(AssignedWithin, now, await db.ConsortiumAsync(consortiumId, ct));

    /// <summary>A lead goes back to the pool, with the next save.</summary>
    public static async Task ReturnAsync(Lead lead, string reason, MarketingDb db, DateTime now, CancellationToken ct)
    {
        var had = lead.MemberId!.Value;
        lead.Return(await AssignByAsync(lead.ConsortiumId, db, now, ct), reason, now);
        db.Publish(lead.Id, new LeadReturned(lead.ConsortiumId, lead.Id, had, now));
    }

    /// <summary>How many leads that this firm captured at fairs are in the pool.</summary>
    public static Task<int> AtFairsOfAsync(Guid firm, MarketingDb db, CancellationToken ct) =>
        db.Leads.CountAsync(l => l.CapturedFor == firm && l.State == LeadState.Pool, ct);

    // People whom firms are talking to.
    private static async Task<IReadOnlySet<Guid>> WorkedOnAsync(Buyer buyer, MarketingDb db, CancellationToken ct) =>
        (await db.Leads.AcrossMembers()
            .Where(l => l.ConsortiumId == buyer.ConsortiumId && l.BuyerId == buyer.Id && l.State != LeadState.Pool && l.State != LeadState.Lost)
            .Select(l => new { l.ContactId, l.Captures }).ToListAsync(ct))
        .SelectMany(l => l.Captures.Select(c => c.ContactId).Append(l.ContactId)).OfType<Guid>().ToHashSet();

    private static async Task<Lead> NewAsync(
        Guid consortiumId, Buyer buyer, Interest interest, MarketingDb db, DateTime now, CancellationToken ct)
    {
        var atFair = interest.Fair is null ? null : interest.Firm;
        var waits = atFair is { } firm && await AtFairsOfAsync(firm, db, ct) >= MostAtFairsOfFirm;
        return new()
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = consortiumId,
            BuyerId = buyer.Id,
            Source = interest.Source,
            // Everybody reads a lead's country in the pool: a firm's find must not tell it what the register knows of the buyer.
            Country = interest.Buyer.Country ?? (interest.FoundBy is null ? buyer.Country : null),
            ValueMinor = interest.ValueMinor,
            State = waits ? LeadState.Waiting : LeadState.Pool,
            ArrivedAt = now,
            FoundBy = interest.FoundBy,
            CapturedFor = atFair,
            DueAt = waits ? null : await AssignByAsync(consortiumId, db, now, ct),
        };
    }

    // Firms that registered the buyer as their customer in time needn't know of the lead to be heard.
    private static async Task ProtectAsync(Lead lead, Buyer buyer, MarketingDb db, DateTime now, CancellationToken ct)
    {
        var latest = now.AddDays(-LeadClaim.RegisteredDaysBefore);
        var registered = await db.PriorCustomers.AcrossMembers().AsNoTracking()
            .Where(p => p.ConsortiumId == lead.ConsortiumId && p.RegisteredAt <= latest
                && (p.MatchName == buyer.MatchName || (p.Domain != null && p.Domain == buyer.Domain))).ToListAsync(ct);
        foreach (var one in registered.GroupBy(p => p.MemberId).Select(g => g.MinBy(p => p.RegisteredAt)!))
        {
            db.Add(new LeadClaim
            {
                Id = Guid.CreateVersion7(),
                ConsortiumId = lead.ConsortiumId,
                LeadId = lead.Id,
                MemberId = one.MemberId,
                Basis = ClaimBasis.Registration,
                BuyerName = one.Name,
                RegisteredAt = one.RegisteredAt,
                MadeAt = now,
            });
        }
    }
}
