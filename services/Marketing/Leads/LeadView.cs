using ExportConsortia.Marketing.Buyers;

namespace ExportConsortia.Marketing.Leads;

/// <summary>A lead, for the clean team and the firm that has it.</summary>
/// <param name="Id">The lead.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="BuyerId">The buyer.</param>
/// <param name="BuyerName">Its name.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code of its country.</param>
/// <param name="ProductCodes">What it asks for.</param>
/// <param name="Message">What the buyer wrote; a firm doesn't read what another firm noted.</param>
/// <param name="ValueMinor">What it may be worth, in minor units of the consortium's base currency.</param>
/// <param name="WonMinor">Of a won one: what it was worth, in minor units. What a quotation sold it for is the clean team's to know.</param>
/// <param name="WonCurrency">ISO 4217 code of the quotation that won it; absent if a firm stated the worth, in the base currency.</param>
/// <param name="MemberId">The firm that has it.</param>
/// <param name="ArrivedAt">When it arrived, UTC.</param>
/// <param name="AssignedAt">When the firm got it, UTC.</param>
/// <param name="ContactedAt">When contact was made, UTC.</param>
/// <param name="DueAt">In the pool: to be assigned before, UTC; assigned: to be contacted before .</param>
/// <param name="ReturnAt">Without contact it goes back to the pool then, UTC.</param>
/// <param name="Overdue">True: its time is up.</param>
/// <param name="Contacts">
/// The people at the buyer who asked. A firm reads those of its own captures, the manager's and the buyer's own, or else the first; not what other
/// firms wrote of somebody whom it, the manager or the person itself named too. Not in lists.
/// </param>
/// <param name="History">What happened, the oldest first; a firm reads of it only its own. Not in lists.</param>
/// <param name="Decisions">Why it went to whom, the oldest first; a firm reads of it only its own. Not in lists.</param>
/// <param name="Currency">ISO 4217 code of the consortium's base currency; absent for a moment after it was founded.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>. For the clean team, since others change a lead unseen.</param>
public sealed record LeadView(
    Guid Id, string State, string Source, Guid BuyerId, string BuyerName, string? Country, IReadOnlyList<string> ProductCodes, string? Message,
    long ValueMinor, long? WonMinor, string? WonCurrency, Guid? MemberId, DateTime ArrivedAt, DateTime? AssignedAt, DateTime? ContactedAt,
    DateTime? DueAt, DateTime? ReturnAt, bool Overdue, IReadOnlyList<LeadContact>? Contacts, IReadOnlyList<LeadEvent>? History,
    IReadOnlyList<DecisionView>? Decisions, string? Currency, long? Version)
{
    internal static LeadView Of(Lead lead, string buyerName, string? currency, Caller caller, DateTime now) => new(
        lead.Id, lead.State.ToString(), lead.Source, lead.BuyerId, buyerName, lead.Country, lead.ProductCodes,
        caller.IsCleanTeam ? lead.Message : lead.CapturesFor(caller.MemberId).Select(c => c.Message).FirstOrDefault(m => m is not null),
        lead.ValueMinor, caller.IsCleanTeam || lead.WonCurrency is null ? lead.WonMinor : null, caller.IsCleanTeam ? lead.WonCurrency : null,
        lead.MemberId, lead.ArrivedAt, lead.AssignedAt, lead.ContactedAt, lead.DueAt, lead.ReturnAt, lead.DueAt <= now, null, null, null, currency,
        caller.IsCleanTeam ? lead.Version : null);

    internal static async Task<LeadView> OfAsync(Lead lead, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        // The firm that has the lead reads who asked, nobody else at the buyer, and nothing of what other firms captured; only if these alone met
        // somebody it is told the first.
        var buyer = await db.Buyers.AcrossMembers().AsNoTracking().SingleAsync(b => b.Id == lead.BuyerId, ct);
        var captures = caller.IsCleanTeam ? lead.Captures : [.. lead.CapturesFor(caller.MemberId)];
        // In the order in which they were met: that of the register would tell whom others met before.
        var people = captures.Select(c => c.ContactId).Prepend(caller.IsCleanTeam ? lead.ContactId : null).OfType<Guid>().Distinct()
            .Select(id => buyer.Contacts.Find(c => c.Id == id)).OfType<BuyerContact>().ToList();
        var first = buyer.Contacts.Find(p => p.Id == lead.ContactId);
        if (first is not null && people.TrueForAll(p => p.ErasedAt is not null) && !people.Contains(first))
        {
            people.Add(first);
        }

        var decisions = await db.LeadDecisions.AsNoTracking().Where(d => d.LeadId == lead.Id).OrderBy(d => d.DecidedAt).ThenBy(d =>
            d.Id).ToListAsync(ct);
        var currency = (await db.ConsortiumAsync(lead.ConsortiumId, ct)).BaseCurrency;
        return Of(lead, buyer.Name, currency, caller, clock.GetUtcNow().UtcDateTime) with
        {
            Contacts =
            [
                .. people.Select(p => caller.MemberId is { } firm ? p.For(firm, captures.Exists(c => c.ContactId == p.Id && c.Firm != firm)) : p)
                    .Select(p => new LeadContact(p.Id, p.Name, p.Email, p.Phone, p.Language, p.ErasedAt is not null)),
            ],
            History =
            [
                .. captures.Select(c => new LeadEvent("Captured", c.At, null, c.Message, c.Source))
                    .Concat(lead.Notes.Where(n => caller.IsCleanTeam || n.MemberId == caller.MemberId)
                        .Select(n => new LeadEvent(n.Kind.ToString(), n.At, n.MemberId, n.Text, null)))
                    .OrderBy(e => e.At),
            ],
            Decisions = decisions.ConvertAll(d => DecisionView.Of(d, caller)),
        };
    }
}

/// <summary>A person who asked.</summary>
/// <param name="Id">The contact.</param>
/// <param name="Name">The person; empty once erased.</param>
/// <param name="Email">The address.</param>
/// <param name="Phone">In international form.</param>
/// <param name="Language">Language code in which the person is written to.</param>
/// <param name="Erased">True: the person's data were erased on request.</param>
public sealed record LeadContact(Guid Id, string Name, string? Email, string? Phone, string? Language, bool Erased);

/// <summary>Something that happened to a lead.</summary>
/// <param name="Kind"><c>Captured</c>, <c>Assigned</c>, <c>Returned</c>, <c>Contacted</c>, <c>Quoted</c>, <c>Won</c>, <c>Lost</c> or
/// <c>Changed</c>.</param>
/// <param name="At">When, UTC.</param>
/// <param name="MemberId">The firm.</param>
/// <param name="Text">A note, a reason, or what the buyer wrote; of a change: products, minor units and country before it.</param>
/// <param name="Source">Of a capture: where.</param>
public sealed record LeadEvent(string Kind, DateTime At, Guid? MemberId, string? Text, string? Source);

/// <summary>Why a lead went to a firm.</summary>
/// <param name="MemberId">The firm that got it.</param>
/// <param name="Rule">By which rule.</param>
/// <param name="DecidedAt">When, UTC.</param>
/// <param name="Reason">The manager's reason, by hand.</param>
/// <param name="ValueMinor">What the lead was worth then, in minor units.</param>
/// <param name="Considered">Everyone who was considered; a firm reads only its own line.</param>
public sealed record DecisionView(
    Guid MemberId, LeadRule Rule, DateTime DecidedAt, string? Reason, long ValueMinor, IReadOnlyList<ConsideredView> Considered)
{
    internal static DecisionView Of(LeadDecision d, Caller caller) => new(
        d.MemberId, d.Rule, d.DecidedAt, d.Reason, d.ValueMinor,
        [
            .. d.Considered.Where(c => caller.IsCleanTeam || c.MemberId == caller.MemberId)
                .Select(c => new ConsideredView(c.MemberId, c.Code, c.Verdict, c.ValueBeforeMinor, c.LastAt)),
        ]);
}

/// <summary>A firm when a lead was assigned.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="Code">Its code.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="ValueBeforeMinor">Value of the leads that it got this year before, in minor units.</param>
/// <param name="LastAt">When it got one before, UTC.</param>
public sealed record ConsideredView(Guid MemberId, string Code, LeadVerdict Verdict, long ValueBeforeMinor, DateTime? LastAt);
