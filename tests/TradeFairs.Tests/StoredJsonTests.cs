namespace ExportConsortia.TradeFairs.Tests;

public static class StoredJsonTests
{
    [Fact]
    public static void JSON_columns_stay_readable() => StoredJsonCheck.Holds<TradeFairsDb>();
}
