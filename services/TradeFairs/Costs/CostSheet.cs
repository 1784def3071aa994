using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// The costs of an edition as they stand, of all firms: what shares are computed from. Whoever shows some of it to a firm takes out only what is the
/// firm's own, and totals from which nobody else's part can be told.
/// </summary>
/// <param name="Edition">The edition.</param>
/// <param name="Costs">Its costs as a whole; of version 0 and not stored if there are none yet.</param>
/// <param name="Items">The items, in the order in which they were added.</param>
/// <param name="Grants">The grants, in the order in which they are given.</param>
/// <param name="Commitments">What firms asked for and got.</param>
/// <param name="Withdrawals">The withdrawals.</param>
/// <param name="Frozen">Planned shares of the firms that are or were in, since the plan is approved: of each the last one.</param>
/// <param name="Plan">What the shares of the approved plan were computed from; null without one.</param>
/// <param name="Expected">What shares are computed from: invoices where they are known, else the plan.</param>
internal sealed record CostSheet(
    FairEdition Edition, FairCosts Costs, IReadOnlyList<CostItem> Items, IReadOnlyList<FairGrant> Grants,
    IReadOnlyList<FairCommitment> Commitments, IReadOnlyList<FairWithdrawal> Withdrawals, IReadOnlyList<FrozenShare> Frozen, CostInput? Plan,
    CostInput Expected)
{
    /// <summary>
    /// Stands for everything that the shares are computed from: whoever approves or settles has seen the areas, volumes and aid that count, not only
    /// the items. Of 48 bits, so that every client reads it exactly.
    /// </summary>
    public long Tag => Hash(Costs.Version, Edition.State, Edition.OpensOn, InOrder());

    /// <summary>
    /// Stands for what somebody proposes to agree on: plan, rules, invoices, and all that shares are computed from. It stays the same while others
    /// only propose something, or balances are asked for.
    /// </summary>
    public long Fingerprint => Hash(
        Costs.Rules, Edition.State, Edition.OpensOn, InOrder(),
        Items.Select(i => (object)new { i.Id, i.Name, i.PlannedMinor, i.PlannedParts, i.ActualMinor, i.ActualParts }).ToArray());

    public long PlannedMinor => HasNoPlan ? 0 : Items.Sum(i => i.PlannedMinor);

    public long ExpectedMinor => Expected.Items.Sum(i => i.AmountMinor);

    public Overrun Overrun => Overrun.Of(PlannedMinor, ExpectedMinor, Costs.Rules);

    /// <summary>
    /// How far each firm bears more than it would by the plan, or than it was to bear when it was in, whichever is more; what grants pay it less than
    /// by the plan counts too. So nobody pays for a saving of the others, for what somebody measured, or for another's grant, without a vote.
    /// </summary>
    public IReadOnlyDictionary<Guid, Overrun> FirmOverruns
    {
        get
        {
            var planned = ByPlan();
            return ShareCosts.Of(Expected).Firms.ToDictionary(f => f.MemberId, f => Overrun.Of(
                Math.Max(0, Math.Max(FrozenOf(f.MemberId), planned.Of(f.MemberId)!.GrossMinor)),
                Math.Max(f.GrossMinor, f.NetMinor + planned.Of(f.MemberId)!.GrantMinor), Costs.Rules));
        }
    }

    /// <summary>Whose vote it takes that all together, or one of the firms, bear more than was planned .</summary>
    public VoteNeeded OverrunTakes => FirmOverruns.Values.Select(o => o.Vote).Append(Overrun.Vote).Max();

    // Nobody has agreed to what was only entered, once it can't be approved any more.
    private bool HasNoPlan => Costs.ApprovedAt is null && Edition.State >= FairState.Running;

    /// <summary>
    /// What the firms that are in now would bear by the plan: with what was planned, what they said themselves, and the headroom for aid that the
    /// plan counted with. Invoices and measures are not in it. A firm that came after the approval has the own amounts that were approved for it.
    /// </summary>
    /// <param name="withApproved">True: so have all others, where a second person has approved more than was planned.</param>
    public CostShares ByPlan(bool withApproved = false)
    {
        var known = Expected.Firms.Select(f => f.MemberId).Concat(Withdrawals.Select(w => w.MemberId)).ToHashSet();
        var (said, then) = (Commitments.ToDictionary(c => c.MemberId), Plan?.Firms.ToDictionary(f => f.MemberId) ?? []);
        var approved = known.Where(m => withApproved || (Plan is not null && !then.ContainsKey(m))).ToHashSet();
        var undertakings = then.Values.Select(SplitGrant.UndertakingOf).ToHashSet();
        return ShareCosts.Of(Expected with
        {
            Firms = [.. Expected.Firms.Select(f => f with
            {
                VolumeLitres = said[f.MemberId].VolumeLitres, ExhibitCount = said[f.MemberId].ExhibitCount,
                Undertaking = then.GetValueOrDefault(f.MemberId, f).Undertaking,
            })],
            Items = [.. Items.Select(i => i.Planned(known, approved)).Select(i => HasNoPlan ? i with { AmountMinor = 0, Parts = [] } : i)],
            Grants = [.. Expected.Grants.Select(g => g with
            {
                Headrooms =
                [
                    .. g.Headrooms.Where(h => !undertakings.Contains(h.Undertaking)),
                    .. Plan?.Grants.FirstOrDefault(p => p.GrantId == g.GrantId)?.Headrooms.Where(h => undertakings.Contains(h.Undertaking)) ?? [],
                ],
            })],
        });
    }

    /// <summary>What a firm was to bear when it was in; 0 before the plan is approved: nobody pays a penalty on a plan that there was not.</summary>
    public long FrozenOf(Guid memberId) => Frozen.FirstOrDefault(f => f.MemberId == memberId)?.GrossMinor ?? 0;

    /// <summary>What a firm's withdrawal at an instant would cost it .</summary>
    public WithdrawalPenalty PenaltyOf(Guid memberId, DateTime now) =>
        WithdrawalPenalty.Of(FrozenOf(memberId), now, Costs.PenaltiesCountTo ?? Edition.OpensOn, Edition.Zone, Costs.Rules.PenaltySteps);

    /// <summary>The fair and its edition, as people say it.</summary>
    public async Task<string> NameAsync(TradeFairsDb db, CancellationToken ct) =>
        $"{await db.Fairs.Where(f => f.Id == Edition.FairId).Select(f => f.Name).SingleAsync(ct)} {Edition.Name}";

    /// <summary>What was asked of each firm so far, less what it got back, in minor units.</summary>
    public async Task<Dictionary<Guid, long>> AskedAsync(TradeFairsDb db, CancellationToken ct)
    {
        await db.Charges.AcrossMembers().Where(c => c.EditionId == Edition.Id).LoadAsync(ct);
        return db.Charges.Local.Where(c => c.EditionId == Edition.Id).GroupBy(c => c.MemberId)
            .ToDictionary(g => g.Key, g => g.Sum(c => c.AmountMinor));
    }

    /// <summary>Loads it with what was changed and is not saved yet.</summary>
    public static async Task<CostSheet> LoadAsync(TradeFairsDb db, FairEdition edition, CancellationToken ct)
    {
        var id = edition.Id;
        var costs = await db.Costs.AcrossMembers().SingleOrDefaultAsync(c => c.EditionId == id, ct)
            ?? db.Costs.Local.SingleOrDefault(c => c.EditionId == id)
            ?? new FairCosts { EditionId = id, ConsortiumId = edition.ConsortiumId };
        await db.CostItems.AcrossMembers().Where(i => i.EditionId == id).LoadAsync(ct);
        await db.Grants.AcrossMembers().Where(g => g.EditionId == id).LoadAsync(ct);
        await db.Commitments.AcrossMembers().Where(c => c.EditionId == id).LoadAsync(ct);
        await db.Withdrawals.AcrossMembers().Where(w => w.EditionId == id).LoadAsync(ct);
        await db.FrozenShares.AcrossMembers().Where(f => f.EditionId == id).LoadAsync(ct);
        var items = db.CostItems.Local.Where(i => i.EditionId == id).OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).ToList();
        var grants = db.Grants.Local.Where(g => g.EditionId == id).OrderBy(g => g.GrantedOn).ThenBy(g => g.CreatedAt).ThenBy(g => g.Id).ToList();
        var commitments = db.Commitments.Local.Where(c => c.EditionId == id).ToList();
        var withdrawals = db.Withdrawals.Local.Where(w => w.EditionId == id).ToList();
        var weights = await db.CostWeights.AcrossMembers().AsNoTracking().Where(w => w.EditionId == id).ToDictionaryAsync(w => w.MemberId, ct);
        var undertakings = await db.Undertakings.AcrossMembers().AsNoTracking().Where(u => u.ConsortiumId == edition.ConsortiumId)
            .ToDictionaryAsync(u => u.MemberId, u => u.Code, ct);
        var firms = commitments.FindAll(c => c.State == CommitmentState.Committed).ConvertAll(c => new SharingFirm(
            c.MemberId, c.AllottedAreaDm2 > 0 || edition.State != FairState.CallForInterest ? c.AllottedAreaDm2 : c.RequestedAreaDm2,
            c.CountedLitres, c.CountedExhibits, weights.GetValueOrDefault(c.MemberId)?.TurnoverMinor ?? 0,
            weights.GetValueOrDefault(c.MemberId)?.Votes ?? 1, undertakings.GetValueOrDefault(c.MemberId)));
        var known = firms.Select(f => f.MemberId).Concat(withdrawals.Select(w => w.MemberId)).ToHashSet();   // whoever only waited never was in
        SharedItem[] expected = [.. items.Select(i => i.Expected(known))];
        var terms = grants.Count == 0 ? [] : await TermsAsync(db, edition, grants, undertakings, ct);
        var plan = costs.ApprovedAt is null ? null
            : db.CostSteps.Local.SingleOrDefault(s => s.EditionId == id && s.Cause == ShareCause.Plan)
                ?? await db.CostSteps.AcrossMembers().AsNoTracking().SingleOrDefaultAsync(s => s.EditionId == id && s.Cause == ShareCause.Plan, ct);
        return new(
            edition, costs, items, grants, commitments, withdrawals,
            [.. db.FrozenShares.Local.Where(f => f.EditionId == id).GroupBy(f => f.MemberId).Select(g => g.MaxBy(f => f.Number)!)],
            plan?.After,
            new(
                [.. firms], expected,
                WithdrawalPenalty.Borne(
                    [.. withdrawals.Select(w => new WithdrawnFirm(w.MemberId, w.PenaltyMinor))],
                    edition.State == FairState.Cancelled ? expected.Sum(i => i.AmountMinor) : null),
                terms));
    }

    private CostInput InOrder() => Expected with
    {
        Firms = [.. Expected.Firms.OrderBy(f => f.MemberId)], Withdrawn = [.. Expected.Withdrawn.OrderBy(w => w.MemberId)],
        Grants = [.. Expected.Grants.Select(g => g with
        {
            Headrooms = [.. g.Headrooms.OrderBy(h => h.Undertaking, StringComparer.Ordinal)],
        })],
    };

    private static long Hash(params object[] what) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(what))) >>> 16;

    // Aid of this edition's own grants is what is being computed: it doesn't count against itself.
    private static async Task<GrantTerms[]> TermsAsync(
        TradeFairsDb db, FairEdition edition, List<FairGrant> grants, Dictionary<Guid, string> undertakings, CancellationToken ct)
    {
        var own = grants.ConvertAll(g => (Guid?)g.Id);
        var aid = await db.Aid.AcrossMembers().AsNoTracking()
            .Where(a => a.ConsortiumId == edition.ConsortiumId && !own.Contains(a.GrantId)).ToListAsync(ct);
        var firms = await db.FirmsAsync(edition.ConsortiumId, ct);
        return [.. grants.Select(g => new GrantTerms(
            g.Id, g.RatePercent, g.CapMinor, g.Overflow, g.State,
            [.. firms.GroupBy(f => CodeOf(f.Id)).Select(undertaking => new UndertakingHeadroom(
                undertaking.Key,
                g.FromEuro(DeMinimis.Headroom(
                    g.CeilingMinor, g.GrantedOn,
                    [.. aid.Where(a => a.State == g.State && CodeOf(a.MemberId) == undertaking.Key)
                        .Select(a => new AidGranted(a.GrantedOn, a.AmountMinor))]))))]))];

        string CodeOf(Guid memberId) => undertakings.GetValueOrDefault(memberId) ?? ShareCosts.Id(memberId);
    }
}
