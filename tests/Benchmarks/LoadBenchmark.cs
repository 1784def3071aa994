using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// Whether one member firm can slow down the others: 20 firms accept an offer of a very long order at the same moment; one of them answers all its
/// offers with one request; and a very long file of capacity is uploaded. Beside each, others sign in, and a firm is suspended during the upload. All
/// in one run.
/// </summary>
internal static class LoadBenchmark
{
    private const int Firms = 20;
    private const int Families = 10;

    public static async Task RunAsync(string[] options)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(options).Build();
        var (lines, rows) = (settings.GetValue("lines", 2000), settings.GetValue("rows", 100_000));
        var shape = settings.GetValue("shape", Shape.Embedded);
        await using var platform = await Deployment.StartAsync(shape, observed: false);
        var firms = Enumerable.Range(1, Firms).Select(i => $"G{i}").ToList();
        using var consortium = await FurnitureConsortium.FoundAsync(
            platform, firms.ToDictionary(firm => firm, _ => 100_000_000L), minLot: 30, offerSeconds: 7 * 24 * 3600);
        for (var family = 0; family < Families; family++)
        {
            await consortium.ListAsync($"B-{family}", $"b{family}");
        }

        Console.WriteLine($"{shape}; {Environment.ProcessorCount} processors; times in ms.");
        await Row("sign-ins of others, nothing else", () => Task.Delay(5000));

        var order = Guid.Empty;
        await Row($"a run over {lines:N0} lines", async () =>
        {
            order = await consortium.PlaceAsync([.. Enumerable.Repeat(100L, lines)]);
            await consortium.ClearAsync(order);
            await consortium.AcceptAsync(order);
            await Eventually.Holds("it has run", async () => await FirstAsync("G1", order) is not null, TimeSpan.FromMinutes(5));
        });
        await Row("nothing, until what it sent has been received", () => Task.Delay(10_000));
        var offers = new Dictionary<string, string>();
        foreach (var firm in firms)
        {
            if (await FirstAsync(firm, order) is { } offer)
            {
                offers[firm] = offer;
            }
        }

        foreach (var keyed in new[] { false, true })
        {
            var took = Array.Empty<double>();
            await Row($"{offers.Count} acceptances at the same moment{(keyed ? ", with keys" : "")}", async () => took = await Task.WhenAll(
                offers.Select(o => TimeAsync(async () =>
                    _ = (await consortium.TakeAsync(o.Key, new Guid(o.Value), key: keyed ? $"{o.Value}" : null)).Ok))));
            Console.WriteLine(Invariant($"{"  each of them",-52} {took.Length,6} {Figures.Median(took),9:F0} {took.Max(),9:F0}"));
            foreach (var firm in firms.Where(offers.ContainsKey))
            {
                offers[firm] = (await FirstAsync(firm, order))!;
            }
        }

        var all = await AllAsync("G1", order);
        await Row($"one request that answers {all.Count:N0} offers", async () => _ = (await consortium["G1"].PostAsync(
            $"/api/allocation/orders/{order}/offer-answers", new { answers = all.Select(offerId => new { offerId }) })).Ok);

        var file = FileOf(firms, rows);
        await Row($"an upload of {rows:N0} declarations", () => UploadAsync(file));
        await Row("until Allocation has it all", () => Eventually.Holds("Allocation has it", async () =>
            (await consortium["G20"].GetAsync("/api/allocation/capacity?productFamily=b9")).Ok.AsArray().Count == rows / Firms / Families,
            TimeSpan.FromMinutes(10)));
        await Row("the same again, renewed; a firm is suspended meanwhile", async () =>
        {
            var upload = UploadAsync(file, "?renew=true");
            await Task.Delay(500);
            var reason = new { reason = "Audit." };
            var suspended = await TimeAsync(async () =>
            {
                _ = (await consortium.Manager.PostAsync($"/api/membership/members/{consortium.Firms["G20"]}/suspension", reason)).Ok;
                await Eventually.Holds("its offers are withdrawn", async () => await FirstAsync("G20", order) is null, TimeSpan.FromMinutes(5));
            });
            await upload;
            Console.WriteLine(Invariant($"{"  until the suspended firm's offers were withdrawn",-52} {1,6} {suspended,9:F0} {suspended,9:F0}"));
        });
        await Row("a file with too much of one family, refused", async () =>
        {
            var refused = await consortium["G2"].SendAsync(
                HttpMethod.Post, "/api/membership/capacity-declarations/csv", Csv(FileOf(["G2"], rows, 1, from: 1900)));
            _ = refused.Code == "INVALID_ROWS" ? true : throw new InvalidOperationException($"{refused}");
        });

        // While the work goes on others sign in, one after the other.
        async Task Row(string what, Func<Task> work)
        {
            using var done = new CancellationTokenSource();
            var signIns = Task.Run(async () =>
            {
                var times = new List<double>();
                do
                {
                    times.Add(await TimeAsync(async () => (await consortium.SignInAsync("auditor")).Dispose()));
                    await Task.Delay(100);
                }
                while (!done.IsCancellationRequested);
                return times;
            });
            var took = await TimeAsync(work);
            await done.CancelAsync();
            var times = await signIns;
            Console.WriteLine(Invariant($"{what,-52} {"",6} {took,9:F0}"));
            const string Meanwhile = "  sign-ins meanwhile: number, median, longest";
            Console.WriteLine(Invariant($"{Meanwhile,-52} {times.Count,6} {Figures.Median(times),9:F0} {times.Max(),9:F0}"));
        }

        async Task<string?> FirstAsync(string firm, Guid of) => (await consortium[firm].GetAsync(
            $"/api/allocation/offers?state=Proposed&limit=1&orderId={of}")).Ok["offers"]!.AsArray().FirstOrDefault()?["offerId"]!.GetValue<string>();

        async Task<List<string>> AllAsync(string firm, Guid of)
        {
            var (ids, before) = (new List<string>(), "");
            do
            {
                var page = (await consortium[firm].GetAsync($"/api/allocation/offers?state=Proposed&limit=200&orderId={of}{before}")).Ok;
                ids.AddRange(page["offers"]!.AsArray().Select(o => o!["offerId"]!.GetValue<string>()));
                before = page["before"]?.GetValue<string>() is { } last ? $"&before={last}" : null;
            }
            while (before is not null);
            return ids;
        }

        async Task UploadAsync(string csv, string query = "") => _ = (await consortium.Manager.SendAsync(
            HttpMethod.Post, $"/api/membership/capacity-declarations/csv{query}", Csv(csv))).Ok;
    }

    private static StringContent Csv(string text) => new(text, Encoding.UTF8, "text/csv");

    // Every firm, every family, day by day.
    private static string FileOf(List<string> firms, int rows, int families = Families, int from = 2027)
    {
        var file = new StringBuilder("member;family;from;to;quantity\n");
        var days = rows / firms.Count / families;
        for (var i = 0; i < days * firms.Count * families; i++)
        {
            var day = new DateOnly(from, 1, 1).AddDays(i % days);
            file.Append(CultureInfo.InvariantCulture, $"{firms[i / days / families]};b{i / days % families};{day:O};{day.AddDays(1):O};100\n");
        }

        return file.ToString();
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
