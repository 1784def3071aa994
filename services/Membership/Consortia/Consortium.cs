using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Consortia;

/// <summary>A voluntary alliance of firms that exports jointly. An installation serves several; none can see another.</summary>
internal sealed class Consortium
{
    public required Guid Id { get; init; }

    public required string Code { get; init; }

    public required string Name { get; init; }

    public required string BaseCurrency { get; init; }

    public required string TimeZone { get; init; }

    public required DateTime FoundedAt { get; init; }

    /// <summary>The party that it trades as; null until it has stated one.</summary>
    public Party? Party { get; private set; }

    /// <summary>Grows by one with each change of <see cref="Party"/>; null before the first.</summary>
    public long? PartyVersion { get; private set; }

    public DateTime? PartySince { get; private set; }

    public void StateParty(Party party, DateTime now) => (Party, PartyVersion, PartySince) = (party, (PartyVersion ?? 0) + 1, now);

    /// <summary>What other services copy; null until it has stated its party.</summary>
    public ConsortiumPartyChanged? ToPartyEvent() =>
        Party is null ? null : new(Id, Party.ToContract(), PartyVersion!.Value, PartySince!.Value);

    public ConsortiumFounded ToEvent() => new(Id, Code, Name, BaseCurrency, TimeZone, FoundedAt);
}
