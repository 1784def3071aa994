namespace ExportConsortia.TradeFairs.Tests;

public sealed class SchemaTests
{
    [Theory, EachShape]
    public Task The_migrations_build_what_the_model_says(Shape shape) => SchemaCheck.MigrationsBuildTheModel<TradeFairsDb>(shape);
}
