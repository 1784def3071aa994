using System.Diagnostics;

namespace ExportConsortia.Platform.Tests;

public sealed class RedactTokensTests
{
    [Theory]
    [InlineData("/api/marketing/public/q/0123456789012345678901234567890123456789_-A/acceptance", "/api/marketing/public/q/-/acceptance")]
    [InlineData("http://gateway/c/VTF/quotations/0123456789012345678901234567890123456789abc", "http://gateway/c/VTF/quotations/-")]
    [InlineData("/api/allocation/orders/0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c", "/api/allocation/orders/0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c")]
    public void A_trace_has_no_token(string path, string traced)
    {
        using var processor = new RedactTokens();
        using var activity = new Activity("GET").SetTag("url.path", path).SetTag("url.full", path);

        processor.OnEnd(activity);

        Assert.Equal((traced, traced), (activity.GetTagItem("url.path"), activity.GetTagItem("url.full")));
    }
}
