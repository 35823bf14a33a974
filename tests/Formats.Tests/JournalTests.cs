using System.Diagnostics;
using System.Globalization;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>The journal of a folder: disks that are full, and processes that are killed.</summary>
public class JournalTests
{
    private const string FolderVariable = "BIGMAP_TEST_WORKER_FOLDER";

    [Fact]
    public async Task An_addition_that_fails_is_neither_lost_nor_doubled()
    {
        // The disk takes a part of a line and fails; sometimes the part cannot even be taken back.
        foreach (bool canTakeBack in (bool[])[true, false])
        {
            using var folder = new TempFolder();
            string path = folder["done.jsonl"];
            await using (FolderJournal journal = await FolderJournal.OpenAsync(path))
                await journal.AddAsync(File("a"));
            var disk = new FullDisk(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0));
            await using (var journal = new FolderJournal(disk, disk.Length, new Dictionary<string, CompleteFile> { ["a"] = File("a") }))
            {
                (disk.Room, disk.CanTakeBack) = (20, canTakeBack);
                await Assert.ThrowsAsync<IOException>(() => journal.AddAsync(File("b")));
                Assert.Equal(["a"], journal.Files.Keys);

                // A crash now: what is on the disk is a journal of a.
                System.IO.File.Copy(path, folder["crashed.jsonl"], true);
                await using (FolderJournal crashed = await FolderJournal.OpenAsync(folder["crashed.jsonl"]))
                    Assert.Equal(["a"], crashed.Files.Keys);
                if (!canTakeBack)
                    await Assert.ThrowsAsync<IOException>(() => journal.AddAsync(File("c")));
                (disk.Room, disk.CanTakeBack) = (int.MaxValue, true);
                await journal.AddAsync(File("b"));

                // Written, but not flushed: it does not count, and comes once when it is added again.
                disk.FailsToFlush = true;
                await Assert.ThrowsAsync<IOException>(() => journal.AddAsync(File("a longer name than the next")));
                disk.FailsToFlush = false;
                await journal.AddAsync(File("d"));
                Assert.Equal(["a", "b", "d"], journal.Files.Keys.Order());
            }

            Assert.Equal(3, System.IO.File.ReadAllLines(path).Length);
            await using FolderJournal again = await FolderJournal.OpenAsync(path);
            Assert.Equal(["a", "b", "d"], again.Files.Keys.Order());
        }
    }

    [Fact]
    public async Task A_killed_process_goes_on_where_it_was()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["scans"]);
        const int count = 200, kills = 3;
        var random = new Random(3);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < count; i++)
            {
                // In two pieces, so that it is seen while it grows.
                string path = Path.Combine(folder["scans"], Name(i));
                await System.IO.File.WriteAllTextAsync(path, string.Create(CultureInfo.InvariantCulture, $"1 {i}\n2 {i + 0.5}"));
                await Task.Delay(10);
                await System.IO.File.AppendAllTextAsync(path, "\n# end\n");
            }
        });
        for (int kill = 0; kill <= kills; kill++)
        {
            using Process worker = StartWorker(folder.Path);
            try
            {
                int wanted = Math.Min(count, Lines(folder["work.txt"]) + (kill < kills ? 10 : count));
                for (var patience = Stopwatch.StartNew(); Lines(folder["work.txt"]) < wanted && patience.Elapsed < TimeSpan.FromSeconds(60) && !worker.HasExited;)
                    await Task.Delay(2);
                Assert.False(worker.HasExited, "the worker ended by itself");
                Assert.InRange(Lines(folder["work.txt"]), wanted, int.MaxValue);
                if (kill == kills)
                {
                    System.IO.File.WriteAllText(folder["finish"], string.Empty);
                    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
                    await worker.WaitForExitAsync(patience.Token);
                    Assert.Equal(0, worker.ExitCode);
                }
                else
                {
                    await Task.Delay(random.Next(10));
                }
            }
            finally
            {
                if (!worker.HasExited)
                    worker.Kill();
                await worker.WaitForExitAsync();
            }
        }

        await writing;

        // Each file was worked off; only one that was in hand when the process was killed may be there twice.
        string[] work = System.IO.File.ReadAllLines(folder["work.txt"]);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{Name(i)} {(i + 0.5).ToString(CultureInfo.InvariantCulture)}").Order(StringComparer.Ordinal), work.Distinct().Order(StringComparer.Ordinal));
        Assert.InRange(work.Length, count, count + kills);
        await using FolderJournal journal = await FolderJournal.OpenAsync(folder["done.jsonl"]);
        Assert.Equal(count, journal.Files.Count);
    }

    /// <summary>Runs only as the child of the test above: reads what comes into the folder until it is told to finish.</summary>
    [Fact]
    public async Task Worker()
    {
        string? folder = Environment.GetEnvironmentVariable(FolderVariable);
        if (folder is null)
            Assert.Skip("This is the child process of another test.");
        await using FolderJournal journal = await FolderJournal.OpenAsync(Path.Combine(folder, "done.jsonl"));
        var options = new FolderWatchOptions { Pattern = "*.xy", IdleSeconds = 0.2, Stability = new FileStability { QuietSeconds = 0.01, PollSeconds = 0.01, Completeness = FileCompleteness.EndsWithMarker, EndMarker = "# end" } };
        do
        {
            await foreach (CompleteFile file in FolderWatch.WatchAsync(Path.Combine(folder, "scans"), journal, options))
            {
                SpectrumSeries series = (await SeriesReader.ReadAsync(file.Path, new TextReadOptions { AxisQuantity = AxisQuantity.TwoTheta, AxisUnit = "deg" })).Series;
                await System.IO.File.AppendAllTextAsync(Path.Combine(folder, "work.txt"), string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file.Path)} {series[0][1]}\n"));
                await journal.AddAsync(file);
            }
        }
        while (!System.IO.File.Exists(Path.Combine(folder, "finish")));
    }

    private static Process StartWorker(string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(JournalTests).Assembly.Location);
        start.ArgumentList.Add("--filter-method");
        start.ArgumentList.Add($"*{nameof(JournalTests)}.{nameof(Worker)}");
        start.Environment[FolderVariable] = folder;
        Process process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static int Lines(string path)
    {
        if (!System.IO.File.Exists(path))
            return 0;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Count(c => c == '\n');
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"scan{i}.xy");

    private static CompleteFile File(string name) => new(name, 3, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    /// <summary>A disk on which there is room for so many bytes.</summary>
    private sealed class FullDisk(Stream inner) : Stream
    {
        public int Room { get; set; } = int.MaxValue;

        public bool CanTakeBack { get; set; } = true;

        public bool FailsToFlush { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Flush()
        {
            if (FailsToFlush)
                throw new IOException("The disk does not answer.");
            inner.Flush();
        }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Flush();
            return Task.CompletedTask;
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value)
        {
            if (!CanTakeBack)
                throw new IOException("The disk does not answer.");
            inner.SetLength(value);
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            int taken = Math.Min(count, Room);
            inner.Write(buffer, offset, taken);
            if (taken < count)
                throw new IOException("No space left on device.");
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
