namespace ExportConsortia.Notices;

/// <summary>Keeps the roster: consortia, member firms and rulebooks, as Membership publishes them.</summary>
internal sealed class KeepMembers(NoticesDb db) : KeepRoster<NoticesDb>(db);
