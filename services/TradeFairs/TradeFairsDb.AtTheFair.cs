using ExportConsortia.TradeFairs.Exhibits;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Leads;
using ExportConsortia.TradeFairs.Meetings;
using ExportConsortia.TradeFairs.Reports;
using ExportConsortia.TradeFairs.Staff;

namespace ExportConsortia.TradeFairs;

/// <content>Leads, meetings, exhibits and people at the fair, and what is reported after it.</content>
internal sealed partial class TradeFairsDb
{
    public DbSet<FairLead> FairLeads => Set<FairLead>();

    public DbSet<LeadTrace> LeadTraces => Set<LeadTrace>();

    public DbSet<MeetingSchedule> MeetingSchedules => Set<MeetingSchedule>();

    public DbSet<MeetingWishes> MeetingWishes => Set<MeetingWishes>();

    public DbSet<FairMeeting> FairMeetings => Set<FairMeeting>();

    public DbSet<FairExhibit> Exhibits => Set<FairExhibit>();

    public DbSet<FairStaff> Staff => Set<FairStaff>();

    public DbSet<RepeatMotion> RepeatMotions => Set<RepeatMotion>();

    partial void ConfigureAtTheFair(ModelBuilder modelBuilder)
    {
        ConfigureLeads(modelBuilder);
        ConfigureMeetings(modelBuilder);
        modelBuilder.Entity<FairExhibit>(exhibit =>
        {
            exhibit.ToTable("Exhibits").HasKey(e => e.Id);
            exhibit.Property(e => e.Id).ValueGeneratedNever();
            exhibit.Property(e => e.Description).HasMaxLength(FairExhibit.LongestText);
            exhibit.Property(e => e.ProductCode).HasMaxLength(50);
            exhibit.Property(e => e.Origin).HasMaxLength(2);
            exhibit.Property(e => e.Version).IsConcurrencyToken();
            exhibit.HasIndex(e => new { e.EditionId, e.MemberId });
            exhibit.HasQueryFilter(Filter.Consortium, e => Caller.IsPlatform || e.ConsortiumId == Caller.ConsortiumId);
            exhibit.HasQueryFilter(Filter.Member, e => Caller.IsPlatform || Caller.IsCleanTeam || e.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<FairStaff>(person =>
        {
            person.ToTable("Staff").HasKey(s => s.Id);
            person.Property(s => s.Id).ValueGeneratedNever();
            person.Property(s => s.Name).HasMaxLength(TradeFair.LongestName);
            person.Property(s => s.Duty).HasMaxLength(TradeFair.LongestName);
            person.Property(s => s.Shifts).AsJson();
            person.Property(s => s.Version).IsConcurrencyToken();
            person.HasIndex(s => new { s.EditionId, s.MemberId });
            person.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            // A caller without a member firm doesn't match the consortium's own people.
            person.HasQueryFilter(
                Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || (s.MemberId != null && s.MemberId == Caller.MemberId));
        });
        modelBuilder.Entity<RepeatMotion>(motion =>
        {
            motion.ToTable("RepeatMotions").HasKey(m => m.EditionId);
            motion.Property(m => m.EditionId).ValueGeneratedNever();
            motion.Property(m => m.Title).HasMaxLength(RepeatMotion.LongestTitle);
            motion.Property(m => m.Text).HasMaxLength(RepeatMotion.LongestText);
            motion.Property(m => m.Version).IsConcurrencyToken();
            motion.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
        });
    }

    private void ConfigureLeads(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<FairLead>(lead =>
        {
            // The device makes the id; another consortium's device may make the same.
            lead.ToTable("FairLeads").HasKey(l => new { l.ConsortiumId, l.Id });
            lead.Property(l => l.Company).HasMaxLength(FairLead.LongestCompany);
            lead.Property(l => l.Site).HasMaxLength(FairLead.LongestText);
            lead.Property(l => l.Country).HasMaxLength(2);
            lead.Property(l => l.Person).AsJson();
            lead.Property(l => l.ProductCodes).AsJson();
            lead.Property(l => l.Note).HasMaxLength(FairLead.LongestNote);
            lead.Property(l => l.ConsentTextVersion).HasMaxLength(50);
            lead.Property(l => l.ContentHash).HasMaxLength(44);
            lead.Property(l => l.Version).IsConcurrencyToken();
            lead.HasIndex(l => new { l.EditionId, l.MemberId });
            lead.HasIndex(l => new { l.EditionId, l.ReceivedAt });
            lead.HasQueryFilter(Filter.Consortium, l => Caller.IsPlatform || l.ConsortiumId == Caller.ConsortiumId);
            lead.HasQueryFilter(
                Filter.Member, l => Caller.IsPlatform || Caller.IsCleanTeam || (l.MemberId != null && l.MemberId == Caller.MemberId));
        });
        modelBuilder.Entity<LeadTrace>(trace =>
        {
            trace.ToTable("LeadTraces").HasKey(t => t.LeadId);
            trace.Property(t => t.LeadId).ValueGeneratedNever();
            trace.Property(t => t.WonCurrency).HasMaxLength(3);
            trace.Property(t => t.Epoch).HasDefaultValue(0L);
            trace.Property(t => t.Version).IsConcurrencyToken();
            trace.HasIndex(t => t.EditionId);
            trace.HasQueryFilter(Filter.Consortium, t => Caller.IsPlatform || t.ConsortiumId == Caller.ConsortiumId);
            trace.HasQueryFilter(
                Filter.Member, t => Caller.IsPlatform || Caller.IsCleanTeam || (t.MemberId != null && t.MemberId == Caller.MemberId));
        });
    }

    private void ConfigureMeetings(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<MeetingSchedule>(schedule =>
        {
            schedule.ToTable("MeetingSchedules").HasKey(s => s.EditionId);
            schedule.Property(s => s.EditionId).ValueGeneratedNever();
            schedule.Property(s => s.Slots).AsJson();
            schedule.Property(s => s.Buyers).AsJson();
            schedule.Property(s => s.Version).IsConcurrencyToken();
            schedule.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<MeetingWishes>(wishes =>
        {
            wishes.ToTable("MeetingWishes").HasKey(w => new { w.EditionId, w.MemberId });
            wishes.Property(w => w.Away).AsJson();
            wishes.Property(w => w.Buyers).AsJson();
            wishes.Property(w => w.NotMet).AsJson();
            wishes.Property(w => w.Version).IsConcurrencyToken();
            wishes.HasQueryFilter(Filter.Consortium, w => Caller.IsPlatform || w.ConsortiumId == Caller.ConsortiumId);
            wishes.HasQueryFilter(Filter.Member, w => Caller.IsPlatform || Caller.IsCleanTeam || w.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<FairMeeting>(meeting =>
        {
            meeting.ToTable("FairMeetings").HasKey(m => m.Id);
            meeting.Property(m => m.Id).ValueGeneratedNever();
            meeting.HasIndex(m => new { m.EditionId, m.Slot, m.MemberId }).IsUnique();
            meeting.HasIndex(m => new { m.EditionId, m.Slot, m.Buyer }).IsUnique();
            meeting.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
            meeting.HasQueryFilter(Filter.Member, m => Caller.IsPlatform || Caller.IsCleanTeam || m.MemberId == Caller.MemberId);
        });
    }
}
