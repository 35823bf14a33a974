using System.Security.Cryptography;
using System.Text;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Files that are still being written are waited for, not misread. The clock is driven by the tests: nothing sleeps.</summary>
public class WaitingTests
{
    private const string Whole = "two_theta_deg,counts\n17,100\n18,250\n19,300\n";

    private static readonly TextReadOptions Waiting = new() { WaitForStable = true, Stability = new FileStability { QuietSeconds = 2, PollSeconds = 0.5, TimeoutSeconds = 60 } };

    [Fact]
    public async Task A_file_that_is_written_in_pieces_is_read_whole()
    {
        using var folder = new TempFolder();
        string path = folder["a.csv"];
        int written = 0;
        // Every look at the clock's waiting writes a few more bytes, at first into a file that does not exist yet.
        var time = new DrivenTime(tick =>
        {
            if (tick < 2 || written >= Whole.Length)
                return;
            int piece = Math.Min(7, Whole.Length - written);
            File.AppendAllText(path, Whole.Substring(written, piece));
            written += piece;
        });
        ReadResult read = await SeriesReader.ReadAsync(path, Waiting, AnalysisContext.Default with { Time = time });
        Assert.Equal([100.0, 250, 300], read.Series[0].ToArray());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Whole))), read.Files[0].Sha256);
        Assert.True(time.Seconds >= 2 + (0.5 * Whole.Length / 7));
    }

    [Fact]
    public async Task A_pause_without_line_end_does_not_count_as_complete()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.csv", Whole[..^4]);
        var time = new DrivenTime(tick =>
        {
            if (tick == 40)
                File.WriteAllText(path, Whole);
        });
        ReadResult read = await SeriesReader.ReadAsync(path, Waiting, AnalysisContext.Default with { Time = time });
        Assert.Equal(3, read.Series.Length);
        Assert.Equal(300, read.Series[0][2]);
    }

    [Fact]
    public async Task Without_waiting_the_same_half_file_is_reported_or_refused()
    {
        using var folder = new TempFolder();
        InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(folder.Write("a.csv", "two_theta_deg,counts\n17,100\n18,250\n19")));
        Assert.Equal(4, error.Line);
        Assert.Contains("waitForStable", error.Remedy, StringComparison.Ordinal);
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("b.csv", Whole[..^2]));
        Assert.Contains(read.Report.Files[0].Notes, n => n.Contains("cut off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_never_ends_times_out()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.csv", "two_theta_deg,counts\n17,1");
        FileNotReadyException error = await Assert.ThrowsAsync<FileNotReadyException>(() => SeriesReader.ReadAsync(path, Waiting, AnalysisContext.Default with { Time = new DrivenTime() }));
        Assert.Equal(path, error.File);
        Assert.Contains("line end", error.Message, StringComparison.Ordinal);
        FileNotReadyException missing = await Assert.ThrowsAsync<FileNotReadyException>(() => new FileStability().WaitAsync(folder["none.csv"], new DrivenTime()));
        Assert.Contains("does not exist", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_locked_for_writing_is_tried_again()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.csv", Whole);
        FileStream? locked = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var obstacles = new List<int>();
        var time = new DrivenTime(tick =>
        {
            obstacles.Add(tick);
            if (tick == 20)
            {
                locked?.Dispose();
                locked = null;
            }
        });
        ReadResult read = await SeriesReader.ReadAsync(path, Waiting, AnalysisContext.Default with { Time = time });
        Assert.Equal(3, read.Series.Length);
        Assert.True(obstacles.Count >= 20);
    }

    [Fact]
    public async Task An_end_marker_can_be_demanded()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.csv", Whole);
        var stability = new FileStability { QuietSeconds = 0, Completeness = FileCompleteness.EndsWithMarker, EndMarker = "# END" };
        var time = new DrivenTime(tick =>
        {
            if (tick == 10)
                File.AppendAllText(path, "# END\r\n");
        });
        CompleteFile file = await stability.WaitAsync(path, time);
        Assert.Equal(Whole.Length + 7, file.Length);
        Assert.Throws<OptionsException>(() => (stability with { EndMarker = "" }).Validate());
        Assert.Throws<OptionsException>(() => (stability with { PollSeconds = 0 }).Validate());
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        var time = new DrivenTime(tick =>
        {
            if (tick == 5)
                stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new FileStability().WaitAsync(folder["none"], time, stop.Token));
    }

    [Fact]
    public async Task A_real_writer_and_the_system_clock()
    {
        using var folder = new TempFolder();
        string path = folder["a.csv"];
        Task writer = Task.Run(async () =>
        {
            using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
            foreach (byte[] piece in Encoding.UTF8.GetBytes(Whole).Chunk(6))
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
                await Task.Delay(15);
            }
        });
        var options = new TextReadOptions { WaitForStable = true, Stability = new FileStability { QuietSeconds = 0.25, PollSeconds = 0.02, TimeoutSeconds = 20 } };
        ReadResult read = await SeriesReader.ReadAsync(path, options);
        await writer;
        Assert.Equal([100.0, 250, 300], read.Series[0].ToArray());
    }

    [Fact]
    public async Task A_watched_folder_gives_each_file_once_in_natural_order()
    {
        using var folder = new TempFolder();
        int files = 25;
        // Several files grow at once, created out of order; file 3 pauses in the middle of a line, file 7 is renamed on completion.
        var content = Enumerable.Range(0, files).Select(i => $"two_theta_deg,counts\n17,{i}00\n18,{i}50\n").ToArray();
        var written = new int[files];
        var time = new DrivenTime(tick =>
        {
            for (int i = 0; i < files; i++)
            {
                int start = 2 + (i ^ 1);
                if (tick < start || written[i] == content[i].Length || (i == 3 && tick is > 8 and < 40))
                    continue;
                int piece = Math.Min(5, content[i].Length - written[i]);
                string name = folder[i == 7 ? "scan7.xy.part" : $"scan{i}.xy"];
                File.AppendAllText(name, content[i].Substring(written[i], piece));
                written[i] += piece;
                if (i == 7 && written[i] == content[i].Length)
                    File.Move(name, folder["scan7.xy"]);
            }
        });
        var options = new FolderWatchOptions { Pattern = "*.xy", IdleSeconds = 60, Stability = new FileStability { QuietSeconds = 1, PollSeconds = 0.5, TimeoutSeconds = 300 }, AlreadyDone = ["scan0.xy"] };
        var seen = new List<string>();
        await foreach (CompleteFile file in FolderWatch.WatchAsync(folder.Path, options, time))
        {
            seen.Add(Path.GetFileName(file.Path));
            int i = int.Parse(Path.GetFileNameWithoutExtension(file.Path)[4..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(content[i], File.ReadAllText(file.Path));
            Assert.Equal(content[i].Length, file.Length);
        }

        Assert.Equal(files - 1, seen.Distinct().Count());
        Assert.Equal(files - 1, seen.Count);
        Assert.DoesNotContain("scan0.xy", seen);
        // 3 was waited for; only what appeared later than its neighbours may come late.
        Assert.True(seen.IndexOf("scan3.xy") < seen.IndexOf("scan4.xy"));
        Assert.True(seen.IndexOf("scan9.xy") < seen.IndexOf("scan10.xy"));
    }

    [Fact]
    public async Task A_file_that_holds_up_others_too_long_comes_late()
    {
        using var folder = new TempFolder();
        folder.Write("scan1.xy", "1 2\n2 ");
        folder.Write("scan2.xy", "1 2\n2 3\n");
        folder.Write("scan3.xy", "gone");
        var time = new DrivenTime(tick =>
        {
            if (tick == 10)
                File.Delete(folder["scan3.xy"]);
            if (tick == 100)
                File.AppendAllText(folder["scan1.xy"], "3\n");
        });
        var options = new FolderWatchOptions { IdleSeconds = 120, Stability = new FileStability { QuietSeconds = 1, PollSeconds = 0.5, TimeoutSeconds = 10 } };
        var seen = new List<CompleteFile>();
        await foreach (CompleteFile file in FolderWatch.WatchAsync(folder.Path, options, time))
            seen.Add(file);
        Assert.Equal(["scan2.xy", "scan1.xy"], seen.Select(f => Path.GetFileName(f.Path)));
        Assert.Equal([false, true], seen.Select(f => f.IsLate));
    }

    [Fact]
    public void Watching_nothing_is_refused_at_once()
    {
        Assert.Throws<InputFormatException>(() => FolderWatch.WatchAsync("/no/such/folder"));
        using var folder = new TempFolder();
        Assert.Throws<OptionsException>(() => FolderWatch.WatchAsync(folder.Path, new FolderWatchOptions { IdleSeconds = 0 }));
    }
}
