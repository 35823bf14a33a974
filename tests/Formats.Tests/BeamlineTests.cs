using System.Globalization;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>A folder that is written to while it is read: none misread, none missed, nothing done twice after a crash.</summary>
public class BeamlineTests
{
    private const int Count = 1000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_thousand_files_that_grow_come_late_are_renamed_and_vanish_are_read_once_each_across_crashes(bool marked)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["scans"]);
        var beamline = new Beamline(folder["scans"], marked);
        var time = new DrivenTime(_ => beamline.Step());
        var options = new FolderWatchOptions { Pattern = "*.xy", IdleSeconds = 100, Stability = new FileStability { QuietSeconds = 1, PollSeconds = 0.5, TimeoutSeconds = 20, Completeness = marked ? FileCompleteness.EndsWithMarker : FileCompleteness.EndsWithNewline, EndMarker = "# end" } };
        var right = new HashSet<string>(StringComparer.Ordinal);
        var worked = new Dictionary<string, int>(StringComparer.Ordinal);
        int crashes = 0;
        // Each session ends in a crash after a few files; the last one goes on to the end.
        foreach (int most in (int[])[137, 1, 300, int.MaxValue])
        {
            FolderJournal journal = await FolderJournal.OpenAsync(folder["done.jsonl"]);
            int session = 0;
            await foreach (CompleteFile file in FolderWatch.WatchAsync(folder["scans"], journal, options, time))
            {
                string name = Path.GetFileName(file.Path);
                // Read as a program would, with the ordinary reader.
                SpectrumSeries series = (await SeriesReader.ReadAsync(file.Path, new TextReadOptions { AxisQuantity = AxisQuantity.TwoTheta, AxisUnit = "deg" })).Series;
                bool whole = series.Length == Beamline.Points && series[0][Beamline.Points - 1] == Beamline.Number(name) + 0.5;
                // A writer that pauses at the end of a line can only be recognised by an end marker; otherwise its file comes again.
                Assert.True(whole || !marked, name);
                Assert.Equal(worked.ContainsKey(name), file.IsChanged);
                if (++session > most)
                    break;
                if (whole)
                    right.Add(name);
                else
                    right.Remove(name);
                await journal.AddAsync(file);
                worked[name] = worked.GetValueOrDefault(name) + 1;
            }

            await journal.DisposeAsync();
            if (most != int.MaxValue)
            {
                // The crash hits the journal in the middle of a line.
                File.AppendAllText(folder["done.jsonl"], "{\"name\":\"scan");
                crashes++;
            }
        }

        Assert.Equal(3, crashes);
        Assert.Equal(beamline.Expected.Order(StringComparer.Ordinal), worked.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(worked.Keys.Order(StringComparer.Ordinal), right.Order(StringComparer.Ordinal));
        Assert.All(worked, w => Assert.InRange(w.Value, 1, marked ? 1 : 2));
        await using FolderJournal last = await FolderJournal.OpenAsync(folder["done.jsonl"]);
        Assert.Equal(worked.Count, last.Files.Count);
    }

    [Fact]
    public async Task A_file_that_grows_again_is_given_out_again()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.xy", "1 2\n2 3\n");
        var time = new DrivenTime(tick =>
        {
            if (tick == 20)
                File.AppendAllText(path, "3 4\n");
        });
        var options = new FolderWatchOptions { IdleSeconds = 60, Stability = new FileStability { QuietSeconds = 1, PollSeconds = 0.5 } };
        var seen = new List<(long, bool)>();
        await foreach (CompleteFile file in FolderWatch.WatchAsync(folder.Path, options, time))
            seen.Add((file.Length, file.IsChanged));
        Assert.Equal([(8, false), (12, true)], seen);
    }

    [Theory]
    [InlineData("hello\n")]
    [InlineData("{\"name\":1}\n")]
    [InlineData("{\"name\":\"a\",\"length\":1,\"written\":\"yesterday\"}\n")]
    public async Task Another_file_is_no_journal(string text)
    {
        using var folder = new TempFolder();
        string path = folder.Write("j", text);
        Assert.Equal(1, (await Assert.ThrowsAsync<InputFormatException>(() => FolderJournal.OpenAsync(path))).Line);
        Assert.Equal(text, File.ReadAllText(path));
    }

    /// <summary>A measurement program: writes several files at a time in small pieces, with pauses, renames and deletions.</summary>
    private sealed class Beamline(string folder, bool marked)
    {
        public const int Points = 4;
        private readonly int[] _written = new int[Count];
        private int _started;
        private int _tick;

        public List<string> Expected { get; } = [.. Enumerable.Range(0, Count).Where(i => i % 50 != 7).Select(Name)];

        public static int Number(string name) => int.Parse(Path.GetFileNameWithoutExtension(name)[4..], CultureInfo.InvariantCulture);

        public void Step()
        {
            _tick++;
            _started = Math.Min(Count, _started + 5);
            for (int i = 0; i < _started; i++)
                Grow(i);
        }

        private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"scan{i}.xy");

        private string Content(int i) => string.Create(CultureInfo.InvariantCulture, $"# 2theta_deg intensity\n1 {i}\n2 {i}\n3 {i}\n4 {i + 0.5}\n{(marked ? "# end\n" : string.Empty)}");

        private void Grow(int i)
        {
            string content = Content(i);
            // Some appear long after their neighbours; some pause in the middle of a line.
            if (_written[i] >= content.Length || (i % 37 == 5 && _tick < (i / 5) + 60) || (i % 11 == 3 && _written[i] > 30 && _tick < (i / 5) + 12))
                return;
            // Some are written under another name and renamed; some are abandoned and taken away.
            bool renamed = i % 13 == 4, vanishes = i % 50 == 7;
            string path = Path.Combine(folder, renamed ? Name(i) + ".part" : Name(i));
            int piece = Math.Min(19, content.Length - _written[i]);
            if (vanishes && _written[i] + piece >= content.Length)
            {
                File.Delete(path);
                _written[i] = content.Length;
                return;
            }

            File.AppendAllText(path, content.Substring(_written[i], piece));
            _written[i] += piece;
            if (renamed && _written[i] >= content.Length)
                File.Move(path, Path.Combine(folder, Name(i)));
        }
    }
}
