namespace ExportConsortia.Marketing;

/// <summary>Keeps the roster: consortia, member firms and rulebooks, as Membership publishes them.</summary>
internal sealed class KeepMembers(MarketingDb db) : KeepRoster<MarketingDb>(db);
