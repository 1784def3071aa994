using System.Text.Json;
using ExportConsortia.Contracts;
using ExportConsortia.Platform.Http;
using ExportConsortia.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Platform.Roster;

/// <summary>
/// Keeps copies of Membership's data from single messages, which may come in any order, and from snapshots, which replace them. The first message
/// creates the row; one that is older than the row, or of an epoch before the last snapshot's, is ignored.
/// </summary>
public static class KeepCopies
{
    extension(RosterDb db)
    {
        /// <summary>
        /// Keeps a message once, in one transaction with its inbox row, unless a snapshot of a newer epoch has replaced the copy: then the message
        /// says nothing that the snapshot didn't contain.
        /// </summary>
        public async Task KeepOnceAsync(ConsumeContext context, string kind, Guid consortiumId, Func<Task> keep)
        {
            if (await db.AlreadyHandledAsync(context))
            {
                return;
            }

            var ct = context.CancellationToken;
            await db.InOneTransactionAsync(
                async () =>
                {
                    if (!await db.IsOutdatedAsync(kind, consortiumId, context.Epoch, ct))
                    {
                        await keep();
                    }

                    await db.SaveChangesAsync(ct);
                    return true;
                },
                ct);
        }

        /// <summary>True if a snapshot of a newer epoch has replaced the copy. No part of one is kept until the transaction ends.</summary>
        public async Task<bool> IsOutdatedAsync(string kind, Guid consortiumId, long epoch, CancellationToken ct)
        {
            var rows = db.Copies.Where(c => c.ConsortiumId == consortiumId && c.Kind == kind);
            return await db.LockAsync(rows.OrderBy(c => c.Kind), ct, shared: true) > 0 && await rows.AnyAsync(c => c.Epoch > epoch, ct);
        }

        /// <summary>Keeps a part of a snapshot once, in one transaction with the inbox row of its message.</summary>
        /// <param name="context">The message.</param>
        /// <param name="kind">The kind of copy.</param>
        /// <param name="consortiumId">The consortium.</param>
        /// <param name="epoch">The snapshot's epoch.</param>
        /// <param name="parts">In how many parts it comes.</param>
        /// <param name="keep">Keeps what the part says, and counts it.</param>
        /// <param name="removeRest">After the last part: removes rows below this rank, which none of the parts named, and counts them.</param>
        public async Task ReplaceAsync(
            ConsumeContext context, string kind, Guid consortiumId, long epoch, int parts, Func<Copy, Task> keep, Func<Copy, long, Task> removeRest)
        {
            if (await db.AlreadyHandledAsync(context))
            {
                return;
            }

            var ct = context.CancellationToken;
            await db.InOneTransactionAsync(
                async () =>
                {
                    // Parts wait for each other: one of them is the last.
                    var rows = db.Copies.Where(c => c.ConsortiumId == consortiumId && c.Kind == kind);
                    await db.LockAsync(rows.OrderBy(c => c.Kind), ct);
                    var copy = await rows.SingleOrDefaultAsync(ct) ?? db.Add(new Copy { ConsortiumId = consortiumId, Kind = kind }).Entity;
                    if (copy.Epoch <= epoch)
                    {
                        var isLast = copy.See(epoch, parts);
                        await keep(copy);
                        if (isLast)
                        {
                            await db.SaveChangesAsync(ct);
                            await removeRest(copy, Epoch.Rank(epoch, 0));
                            copy.End(db.Now);
                        }
                    }

                    await db.SaveChangesAsync(ct);
                    return true;
                },
                ct);
        }

        internal async Task<Kept> KeepAsync(ConsortiumFounded said, CancellationToken ct)
        {
            var (consortium, isNew) = await db.ConsortiumRowAsync(said.ConsortiumId, ct);
            var before = (consortium.Code, consortium.Name, consortium.BaseCurrency, consortium.TimeZone);
            (consortium.Code, consortium.Name) = (said.Code, said.Name);
            (consortium.BaseCurrency, consortium.TimeZone) = (said.BaseCurrency, said.TimeZone);
            return Did(isNew, before != (consortium.Code, consortium.Name, consortium.BaseCurrency, consortium.TimeZone));
        }

        internal async Task<Kept> KeepAsync(ConsortiumPartyChanged said, long epoch, CancellationToken ct)
        {
            var (consortium, _) = await db.ConsortiumRowAsync(said.ConsortiumId, ct);
            var rank = Epoch.Rank(epoch, said.Version);
            if (rank <= (consortium.PartyVersion ?? 0))
            {
                return Kept.AsItWas;
            }

            var differs = Json(consortium.Party) != Json(said.Party);
            (consortium.Party, consortium.PartyVersion) = (said.Party, rank);
            return Did(false, differs);
        }

        internal async Task<Kept> KeepAsync(MemberStandingChanged said, long epoch, CancellationToken ct)
        {
            var (firm, isNew) = await db.FirmRowAsync(said.ConsortiumId, said.MemberId, ct);
            var rank = Epoch.Rank(epoch, said.Version);
            if (rank <= firm.StandingVersion)
            {
                return Kept.AsItWas;
            }

            var before = (firm.Code, firm.Name, firm.Standing);
            (firm.Code, firm.Name, firm.Standing, firm.StandingVersion) = (said.Code, said.Name, Input.Named<MemberStanding>(said.Standing), rank);
            if (firm.Standing is MemberStanding.Suspended or MemberStanding.Left && (before.Code.Length == 0 || before.Standing != firm.Standing))
            {
                await db.LoseStandingAsync(firm, ct);
            }

            return Did(isNew, before != (firm.Code, firm.Name, firm.Standing));
        }

        internal async Task<Kept> KeepAsync(MemberCapabilitiesChanged said, long epoch, CancellationToken ct)
        {
            var (firm, isNew) = await db.FirmRowAsync(said.ConsortiumId, said.MemberId, ct);
            var rank = Epoch.Rank(epoch, said.Version);
            if (rank <= firm.CapabilitiesVersion)
            {
                return Kept.AsItWas;
            }

            var differs = !firm.Capabilities.SequenceEqual(said.Capabilities);
            (firm.Capabilities, firm.CapabilitiesVersion) = ([.. said.Capabilities], rank);
            return Did(isNew, differs);
        }

        internal async Task<Kept> KeepAsync(RulebookVersionActivated said, long epoch, CancellationToken ct)
        {
            if (await db.Rulebooks.FindAsync([said.ConsortiumId, said.Version], ct) is not { } rulebook)
            {
                db.Add(new Rulebook
                {
                    ConsortiumId = said.ConsortiumId,
                    Version = said.Version,
                    Rules = [.. said.Allocation],
                    ActiveFrom = said.OccurredAt,
                    Epoch = epoch,
                });
                return Kept.Added;
            }

            if (epoch <= rulebook.Epoch)
            {
                return Kept.AsItWas;
            }

            var differs = rulebook.ActiveFrom != said.OccurredAt || Json(rulebook.Rules) != Json(said.Allocation);
            (rulebook.Rules, rulebook.ActiveFrom, rulebook.Epoch) = ([.. said.Allocation], said.OccurredAt, epoch);
            return Did(false, differs);
        }

        /// <summary>What Membership doesn't know any more: firms have left, and their capabilities, the party and rulebooks are gone.</summary>
        internal async Task RemoveRosterAsync(Copy copy, Guid consortiumId, long below, CancellationToken ct)
        {
            var firms = await db.Members.Where(m => m.ConsortiumId == consortiumId && (m.StandingVersion < below || m.CapabilitiesVersion < below))
                .OrderBy(m => m.Id).ToListAsync(ct);
            var lost = new List<MemberFirm>();
            foreach (var firm in firms)
            {
                if (firm.CapabilitiesVersion < below)
                {
                    copy.Count(firm.Capabilities.Count == 0 || firm.StandingVersion < below ? Kept.AsItWas : Kept.Changed);
                    (firm.Capabilities, firm.CapabilitiesVersion) = ([], below);
                }

                if (firm.StandingVersion < below)
                {
                    var isNews = firm.Standing != MemberStanding.Left;
                    copy.Count(isNews ? Kept.Removed : Kept.AsItWas);
                    (firm.Standing, firm.StandingVersion) = (MemberStanding.Left, below);
                    if (isNews)
                    {
                        lost.Add(firm);
                    }
                }
            }

            foreach (var firm in lost)
            {
                await db.LoseStandingAsync(firm, ct);
            }

            if (await db.Consortia.SingleOrDefaultAsync(c => c.Id == consortiumId && c.PartyVersion < below, ct) is { } consortium)
            {
                copy.Count(consortium.Party is null ? Kept.AsItWas : Kept.Removed);
                (consortium.Party, consortium.PartyVersion) = (null, below);
            }

            var rulebooks = await db.Rulebooks.Where(r => r.ConsortiumId == consortiumId && r.Epoch < copy.Epoch).ToListAsync(ct);
            db.RemoveRange(rulebooks);
            copy.Count(Kept.Removed, rulebooks.Count);
        }

        private async Task LoseStandingAsync(MemberFirm firm, CancellationToken ct)
        {
            // The rows of firms first: whoever locks one in the meantime sees the new standing, or has finished before the hook looks.
            await db.SaveChangesAsync(ct);
            await db.OnStandingLostAsync(firm, ct);
        }

        private async Task<(Consortium Consortium, bool IsNew)> ConsortiumRowAsync(Guid id, CancellationToken ct) =>
            await db.Consortia.FindAsync([id], ct) is { } known ? (known, false) : (db.Add(new Consortium(id, "", "")).Entity, true);

        private async Task<(MemberFirm Firm, bool IsNew)> FirmRowAsync(Guid consortiumId, Guid memberId, CancellationToken ct) =>
            await db.Members.FindAsync([memberId], ct) is { } known
                ? (known, false) : (db.Add(new MemberFirm { Id = memberId, ConsortiumId = consortiumId }).Entity, true);
    }

    private static Kept Did(bool isNew, bool differs) => isNew ? Kept.Added : differs ? Kept.Changed : Kept.AsItWas;

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);
}
