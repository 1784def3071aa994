using ExportConsortia.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Platform.Roster;

/// <summary>Replaces the roster with what Membership knows: what it has forgotten, since it was restored from a backup, doesn't stay here.</summary>
public sealed class KeepSnapshots<TDb>(TDb db) : IConsumer<RosterSnapshot>, IConsumer<ConsortiaListed>
    where TDb : RosterDb
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<RosterSnapshot> context)
    {
        var (part, ct) = (context.Message, context.CancellationToken);
        return db.ReplaceAsync(
            context, Copy.OfRoster, part.ConsortiumId, part.Epoch, part.Parts,
            async copy =>
            {
                copy.Count(part.Founded is null ? Kept.AsItWas : await db.KeepAsync(part.Founded, ct));
                copy.Count(part.Party is null ? Kept.AsItWas : await db.KeepAsync(part.Party, part.Epoch, ct));
                foreach (var rulebook in part.Rulebooks)
                {
                    copy.Count(await db.KeepAsync(rulebook, part.Epoch, ct));
                }

                foreach (var standing in part.Standings)
                {
                    copy.Count(await db.KeepAsync(standing, part.Epoch, ct));
                }

                foreach (var capabilities in part.Capabilities)
                {
                    copy.Count(await db.KeepAsync(capabilities, part.Epoch, ct));
                }
            },
            (copy, below) => db.RemoveRosterAsync(copy, part.ConsortiumId, below, ct));
    }

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<ConsortiaListed> context)
    {
        // Firms of a consortium that was founded after the list was made are of its epoch already: they stay.
        var (list, ct) = (context.Message, context.CancellationToken);
        return db.ReplaceAsync(
            context, Copy.OfConsortia, Guid.Empty, list.Epoch, 1,
            _ => Task.CompletedTask,
            async (copy, below) =>
            {
                var gone = await db.Consortia.Where(c => !list.Consortia.Contains(c.Id)).Select(c => c.Id).OrderBy(id => id).ToListAsync(ct);
                foreach (var id in gone)
                {
                    await db.RemoveRosterAsync(copy, id, below, ct);
                }
            });
    }
}
