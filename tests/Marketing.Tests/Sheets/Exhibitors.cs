using System.Net.Http.Headers;
using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Tests.Sheets;

/// <summary>A consortium of the test's own with two firms that make TK-12 and TK-14, and one that makes nothing.</summary>
internal sealed record Exhibitors(RunningService Service, Guid Id, Person Manager, Person Auditor, Person First, Person Second, Person Idle)
{
    public static async Task<Exhibitors> In(RunningService service)
    {
        var (id, now) = (Guid.CreateVersion7(), service.Clock.Now());
        Person firm() => new(Guid.CreateVersion7(), Role.MemberUser, id, Guid.CreateVersion7());
        var consortium = new Exhibitors(
            service, id, new(Guid.CreateVersion7(), Role.ConsortiumManager, id), new(Guid.CreateVersion7(), Role.Auditor, id), firm(), firm(),
            firm());
        await service.Deliver(new ConsortiumFounded(id, "VTF", "Vientiane Teak", "USD", "Asia/Vientiane", now));
        foreach (var code in (string[])["TK-12", "TK-14", "TK-15"])
        {
            await service.Deliver(new ProductListed(id, code, $"Chair {code}", "chairs", "C62", [], code == "TK-15", 1, now));
        }

        foreach (var (person, i) in new[] { consortium.First, consortium.Second, consortium.Idle }.Select((p, i) => (p, i)))
        {
            await service.Deliver(new MemberStandingChanged(id, person.Member!.Value, $"F{i + 1}", $"Firm {i + 1}", "Active", 1, now));
        }

        foreach (var person in new[] { consortium.First, consortium.Second })
        {
            await service.Deliver(new MemberCapabilitiesChanged(
                id, person.Member!.Value, [.. new[] { "TK-12", "TK-14", "TK-15" }.Select(c => new MemberCapability(c, c, "chairs"))], 1, now));
        }

        return consortium;
    }

    public Task<Answer> Save(Person by, string product, object content, string? tag = null) => Service.Put(by, $"sheets/{product}", content, tag);

    /// <summary>A sheet that the firm has submitted; its id and its entity tag.</summary>
    public async Task<(Guid Id, string Tag)> Submitted(Person by, string product, object content, string? tag = null)
    {
        var saved = await Save(by, product, content, tag);
        var id = saved.Ok["id"]!.GetValue<Guid>();
        return (id, (await Service.Post(by, $"sheets/{id}/submission")).ExpectOk().ETag!);
    }

    public Task<Answer> Decide(Guid sheet, string tag, string how = "approval", object? body = null) =>
        Service.Send(Manager, HttpMethod.Post, $"sheets/{sheet}/{how}", body, ("If-Match", tag));

    public async Task<Answer> Upload(Person? by, byte[] file, string type = "image/png", string path = "sheets/images")
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await Service.Send(by, HttpMethod.Post, path, content);
    }

    /// <summary>A file that the service answers with.</summary>
    public async Task<(HttpResponseMessage Answer, byte[] Bytes)> Download(Person? by, string path, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/marketing/{path}");
        request.Headers.Authorization = by is null ? null : new AuthenticationHeaderValue("Bearer", Service.TokenFor(by));
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        var answer = await Service.Client.SendAsync(request);
        return (answer, await answer.Content.ReadAsByteArrayAsync());
    }
}

internal static class Answers
{
    public static Answer ExpectOk(this Answer answer)
    {
        answer.Expect(HttpStatusCode.OK);
        return answer;
    }
}
