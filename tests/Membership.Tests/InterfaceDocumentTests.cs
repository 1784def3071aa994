namespace ExportConsortia.Membership.Tests;

public sealed class InterfaceDocumentTests(Stores stores)
{
    [Fact]
    public async Task Every_operation_tells_what_it_does_takes_and_answers() =>
        InterfaceCheck.OperationsAreComplete((await (await stores.On(Store.Sqlite)).Anybody.Get("openapi.json")).Expect(HttpStatusCode.OK), atLeast: 30);

    [Fact]
    public async Task Every_field_is_described() =>
        InterfaceCheck.FieldsAreDescribed((await (await stores.On(Store.Sqlite)).Anybody.Get("openapi.json")).Expect(HttpStatusCode.OK));
}
