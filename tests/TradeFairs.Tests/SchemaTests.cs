namespace ExportConsortia.TradeFairs.Tests;

public sealed class SchemaTests
{
    [Theory, EachShape]
    public Task The_migrations_build_what_the_model_says(Shape shape) => SchemaCheck.MigrationsBuildTheModel<TradeFairsDb>(shape);

    [Fact]
    public void The_previous_release_works_on_what_the_migrations_leave() => ExpansionCheck.MigrationsOnlyAdd<TradeFairsDb>("tradefairs");
}
