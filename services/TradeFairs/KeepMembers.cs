namespace ExportConsortia.TradeFairs;

/// <summary>Keeps the roster: consortia, member firms and rulebooks, as Membership publishes them.</summary>
internal sealed class KeepMembers(TradeFairsDb db) : KeepRoster<TradeFairsDb>(db);
