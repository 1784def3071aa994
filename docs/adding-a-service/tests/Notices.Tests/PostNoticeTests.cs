using ExportConsortia.Contracts;
using ExportConsortia.Notices.Tests;

[assembly: AssemblyFixture(typeof(NoticesServices))]

namespace ExportConsortia.Notices.Tests;

/// <summary>The service in both shapes, for all tests of this project.</summary>
public sealed class NoticesServices() : SharedServices<RunningService>("notices", data => new(data, new NoticesModule()));

public sealed class PostNoticeTests(NoticesServices notices)
{
    [Theory, EachShape]
    public async Task The_manager_posts_a_notice_to_a_member_firm(Shape shape)
    {
        var service = await notices.In(shape);
        var (consortium, member) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var manager = new Person(Guid.CreateVersion7(), Role.ConsortiumManager, consortium);
        await service.Deliver(new MemberStandingChanged(consortium, member, "F1", "Firm 1", "Active", 1, service.Clock.Now()));

        (await service.Post(manager, "notices", new { memberId = member, text = "Hello." })).Expect(HttpStatusCode.OK);
        await service.Post(manager, "notices", new { memberId = Guid.CreateVersion7(), text = "Hello." }).IsRefused("INVALID_INPUT", 400);
    }

    [Theory, EachShape]
    public Task The_migrations_build_what_the_model_says(Shape shape) => SchemaCheck.MigrationsBuildTheModel<NoticesDb>(shape);

    [Fact]
    public async Task The_interface_document_is_complete() =>
        InterfaceCheck.IsComplete(await (await notices.In(Shape.Embedded)).InterfaceDocument(), atLeast: 1);
}
