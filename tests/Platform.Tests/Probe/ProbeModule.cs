using System.Collections.Concurrent;
using ExportConsortia.Platform.Roster;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Hosting;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace ExportConsortia.Platform.Tests.Probe;

/// <summary>A note got its next line.</summary>
public sealed record LineWritten(Guid NoteId, int Number, string Text);

/// <summary>No service consumes this one.</summary>
public sealed record LineForgotten(Guid NoteId);

/// <summary>An aggregate.</summary>
public sealed class Note
{
    public required Guid Id { get; init; }

    public int Lines { get; set; }
}

/// <summary>The effect of handling a message. Only the inbox prevents a second one.</summary>
public sealed class Effect
{
    public long Id { get; init; }

    public required string Queue { get; init; }

    public required Guid NoteId { get; init; }

    public required int Number { get; init; }

    public required string Host { get; init; }
}

public abstract class NotesDb(DbContextOptions options, ServiceDbScope scope) : RosterDb(options, scope)
{
    public DbSet<Note> Notes => Set<Note>();

    public DbSet<Effect> Effects => Set<Effect>();

    /// <summary>The caller that query filters would use.</summary>
    public Caller Asks => Caller;

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Note>().ToTable("Notes").Property(n => n.Lines).IsConcurrencyToken();
        modelBuilder.Entity<Effect>().ToTable("Effects");
    }
}

/// <summary>A firm that loses its standing leaves an effect.</summary>
public sealed class ProbeDb(DbContextOptions<ProbeDb> options, ServiceDbScope scope) : NotesDb(options, scope)
{
    protected override Task OnStandingLostAsync(MemberFirm firm, CancellationToken ct)
    {
        Effects.Add(new Effect { Queue = $"{firm.Standing}", NoteId = firm.Id, Number = 1, Host = "" });
        return Task.CompletedTask;
    }
}

public sealed class MirrorDb(DbContextOptions<MirrorDb> options, ServiceDbScope scope) : NotesDb(options, scope);

[DbContext(typeof(ProbeDb)), Migration("1_Initial")]
public sealed class ProbeInitial : NotesInitial;

[DbContext(typeof(MirrorDb)), Migration("1_Initial")]
public sealed class MirrorInitial : NotesInitial;

public abstract class NotesInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateServiceTables();
        migrationBuilder.CreateTraceTables();
        migrationBuilder.AddLanesAndEpochs();
        migrationBuilder.CreateRosterTables();
        migrationBuilder.AddCopies();
        migrationBuilder.CreateTable(
            "Notes",
            t => new { Id = t.Column<Guid>(nullable: false), Lines = t.Column<int>(nullable: false) },
            constraints: t => t.PrimaryKey("PK_Notes", x => x.Id));
        migrationBuilder.CreateTable(
            "Effects",
            t => new
            {
                Id = t.Column<long>(nullable: false)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn)
                    .Annotation("Sqlite:Autoincrement", true),
                Queue = t.Column<string>(nullable: false),
                NoteId = t.Column<Guid>(nullable: false),
                Number = t.Column<int>(nullable: false),
                Host = t.Column<string>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Effects", x => x.Id));
    }
}

/// <summary>Lets a test interfere with the use cases of one host.</summary>
public sealed class Script
{
    /// <summary>The host that the consumers work in.</summary>
    public required string Host { get; init; }

    /// <summary>Runs when a line arrives; may throw or wait.</summary>
    public Func<LineWritten, CancellationToken, Task> OnLine { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Runs when a request has read its note but not written yet; may throw or wait.</summary>
    public Func<CancellationToken, Task> BeforeAppend { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs when a request has written; may throw or replace the answer; null: the use case answers.</summary>
    public Func<IResult?> AfterAppend { get; set; } = () => null;

    /// <summary>Every delivery of a line to a consumer, with or without effect: queue, message.</summary>
    public ConcurrentQueue<(string Queue, LineWritten Line)> Seen { get; } = new();

    /// <summary>The callers that the consumers worked for.</summary>
    public ConcurrentQueue<Caller> Callers { get; } = new();
}

/// <summary>Keeps each line: a consumer like those of the services.</summary>
public sealed class KeepLine(ProbeDb db, Script script) : IConsumer<LineWritten>
{
    public Task Consume(ConsumeContext<LineWritten> context) => ProbeModule.KeepAsync(db, script, context);
}

/// <summary>A service with a database and use cases that messages and requests start.</summary>
public sealed class ProbeModule(string name) : IServiceModule
{
    public string Name => name;

    public void AddServices(IHostApplicationBuilder builder) => builder.AddServiceDb<ProbeDb>(name);

    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.Add<KeepLine>(name);
        bus.Add<CountLine>(name);
        bus.AddRoster<ProbeDb>(name);
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.MapPost("notes/{id:guid}/lines", AppendAsync);
        routes.MapPost("echo/{word}", (string word, string? tail) => TypedResults.Ok(word + tail));
    }

    private static async Task<IResult> AppendAsync(Guid id, ProbeDb db, Script script, CancellationToken ct)
    {
        var note = await db.Notes.FindAsync([id], ct) ?? db.Notes.Add(new Note { Id = id }).Entity;
        await script.BeforeAppend(ct);
        note.Lines++;
        db.Publish(id, new LineWritten(id, note.Lines, "by request"));
        await db.SaveChangesAsync(ct);
        return script.AfterAppend() ?? TypedResults.Ok(note.Lines);
    }

    internal static async Task KeepAsync(NotesDb db, Script script, ConsumeContext<LineWritten> context)
    {
        var queue = context.ReceiveContext.InputAddress.AbsolutePath.Split('/')[^1];
        script.Seen.Enqueue((queue, context.Message));
        script.Callers.Enqueue(db.Asks);
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        await script.OnLine(context.Message, context.CancellationToken);
        db.Effects.Add(new Effect { Queue = queue, NoteId = context.Message.NoteId, Number = context.Message.Number, Host = script.Host });
        await db.SaveChangesAsync(context.CancellationToken);
    }

    /// <summary>The second consumer of the same message in the same service.</summary>
    public sealed class CountLine(ProbeDb db, Script script) : IConsumer<LineWritten>
    {
        public Task Consume(ConsumeContext<LineWritten> context) => KeepAsync(db, script, context);
    }
}

/// <summary>Another service with a consumer of the same name for the same messages.</summary>
public sealed class MirrorModule(string name) : IServiceModule
{
    public string Name => name;

    public void AddServices(IHostApplicationBuilder builder) => builder.AddServiceDb<MirrorDb>(name);

    public void AddConsumers(IBusRegistrationConfigurator bus) => bus.Add<KeepLine>(name);

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }

    public sealed class KeepLine(MirrorDb db, Script script) : IConsumer<LineWritten>
    {
        public Task Consume(ConsumeContext<LineWritten> context) => ProbeModule.KeepAsync(db, script, context);
    }
}
