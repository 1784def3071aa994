using System.Net.Http.Headers;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Platform.Tests.Probe;

/// <summary>A running host with probe services: what it saves, and what came of it.</summary>
internal sealed class ProbeHost(ServiceData data, params IServiceModule[] modules) : RunningService(data, modules)
{
    public Script Script { get; } = new() { Host = $"{Guid.CreateVersion7()}" };

    /// <summary>Requests carry a token of this role from now on.</summary>
    public void SignIn(string role, Guid? user = null) =>
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            TokenFor(new Person(user ?? Guid.CreateVersion7(), role)));

    /// <summary>Writes the next lines of a note, each with its own save.</summary>
    public async Task Write(Guid note, int lines, int from = 1)
    {
        for (var number = from; number < from + lines; number++)
        {
            await Save<ProbeDb>(db => db.Publish(note, new LineWritten(note, number, "a line")));
        }
    }

    /// <summary>One use case with one save.</summary>
    public async Task Save<TDb>(Action<TDb> change)
        where TDb : ServiceDb
    {
        await using var scope = Scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        change(db);
        await db.SaveChangesAsync();
    }

    public async Task<T> Ask<TDb, T>(Func<TDb, Task<T>> question)
        where TDb : ServiceDb
    {
        await using var scope = Scopes.CreatePlatformScope();
        return await question(scope.ServiceProvider.GetRequiredService<TDb>());
    }

    public Task<int> Waiting() => Ask<ProbeDb, int>(db => db.Outbox.CountAsync());

    /// <summary>The effects of the note's lines, in the order of handling.</summary>
    public Task<List<Effect>> Effects(Guid note) => Effects<ProbeDb>(note);

    /// <summary>The effects of the note's lines, in the order of handling.</summary>
    public Task<List<Effect>> Effects<TDb>(Guid note)
        where TDb : NotesDb => Ask<TDb, List<Effect>>(db => db.Effects.Where(e => e.NoteId == note).OrderBy(e => e.Id).ToListAsync());

    public async Task<bool> IsReady() => (await Get(null, "/health/ready")).Status == HttpStatusCode.OK;

    /// <summary>Publishes a message past the outbox.</summary>
    public Task Send<T>(T message, Guid messageId)
        where T : class => Bus.Publish(message, context => context.MessageId = messageId);

    protected override void Adapt(WebApplicationBuilder builder)
    {
        base.Adapt(builder);
        builder.Logging.ClearProviders();   // most tests make something fail
        builder.Services.AddSingleton(Script);
    }
}
