using System.Globalization;

namespace BigMap.Analysis.Formats.Internal.Xrd;

/// <summary>Reads diffractometer files into a series.</summary>
internal static class XrdReader
{
    public static async ValueTask<ReadResult> ReadAsync(InputPath input, XrdReadOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        (List<string> paths, List<string> skipped) = InputFiles.FindXrd(input.Path, (options.FilePattern, options.Order, options.WaitForStable));
        var waiting = new TextReadOptions { WaitForStable = options.WaitForStable, Stability = options.Stability };
        var scans = new List<(string Path, XrdScan Scan)>();
        var reports = new List<FileReport>();
        var files = new List<FileRef>();
        var progress = new ProgressClock(scope.Context, scope.Operation, paths.Count);
        foreach (string path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (byte[] bytes, int length, FileRef file) = await HashedFile.ReadAsync(path, scope, waiting, cancellationToken).ConfigureAwait(false);
            scope.Use(file);
            files.Add(file);
            var notes = new List<string>();
            List<XrdScan> found = Parse(path, bytes, length, options.Axis, notes);
            if (found.Count == 0)
                throw new InputFormatException(path, 0, "The file holds no scan with points.", "Check whether the measurement was completed.");
            scans.AddRange(found.Select(s => (path, s)));
            notes.AddRange(found.SelectMany(s => s.Notes).Distinct());
            reports.Add(new FileReport(path, found.Count, found[0].Positions.Length)
            {
                Decisions = [new ReadDecision("axis", found[0].AxisName, XrdScan.Key(found[0].AxisName) == XrdScan.Key(options.Axis) ? "given or default" : "the file")],
                Notes = notes,
            });
            progress.Report(files.Count);
        }

        var warnings = new List<StepWarning>();
        foreach ((string path, XrdScan scan) in scans)
        {
            foreach (string note in scan.Notes)
                warnings.Add(new StepWarning("xrd_scan", $"{path}: {note}"));
        }

        IReadOnlyList<ParsedSeries> parsed = Arrange(scans);
        SpectrumSeries series = SeriesAssembler.Assemble(parsed, options.OnAxisMismatch, options.Order, warnings);
        foreach (StepWarning warning in warnings)
            scope.Warn(warning);
        return new ReadResult(series, new ReadReport(reports, warnings) { Skipped = [.. skipped.Select(s => $"{s} (not .xrdml or .brml, or not matched by filePattern)")] }, files);
    }

    private static List<XrdScan> Parse(string path, byte[] bytes, int length, string axis, List<string> notes)
    {
        using var stream = new MemoryStream(bytes, 0, length, writable: false);
        ReadOnlySpan<byte> head = bytes.AsSpan(0, Math.Min(length, 4));
        if (BrukerRawParser.Recognises(head))
            return BrukerRawParser.Parse(path, bytes.AsSpan(0, length), axis, notes);
        return head.StartsWith("PK"u8) ? BrmlParser.Parse(path, stream, axis, notes) : XrdmlParser.Parse(path, stream, axis, notes);
    }

    private static List<ParsedSeries> Arrange(List<(string Path, XrdScan Scan)> scans)
    {
        // Every scan gets every column; what a scan does not say is missing.
        (string Name, string Unit)[] columns = [.. scans.SelectMany(s => s.Scan.Numbers).Select(n => (n.Name, n.Unit)).Distinct()];
        bool instants = scans.TrueForAll(s => s.Scan.StartTime.Length == 0 || Instant(s.Scan.StartTime) is not null);
        // A variance for some is a variance for all: that of counts is max(n, 1).
        bool variance = scans.Exists(s => s.Scan.Variance is not null) && scans.TrueForAll(s => s.Scan.Variance is not null || s.Scan.Kind == IntensityKind.Counts);
        var parsed = new List<ParsedSeries>(scans.Count);
        foreach ((string path, XrdScan scan) in scans)
        {
            AxisArrangement arrangement = AxisArrangement.Of(
                scan.Positions,
                new TextReadOptions(),
                (i, problem, remedy) => new InputFormatException(path, 0, string.Create(CultureInfo.InvariantCulture, $"{scan.AxisName}, point {i + 1}: {problem}"), "The scan does not run in one direction; export it as text and read it with sortAxis."),
                []);
            int n = arrangement.Values.Length;
            var y = new double[n];
            arrangement.Apply(scan.Intensity, y);
            double[]? v = variance ? new double[n] : null;
            if (v is not null)
                arrangement.Apply(scan.Variance ?? [.. scan.Intensity.Select(c => Math.Max(c, 1))], v, true);
            var own = new List<TableColumn>();
            foreach ((string name, string unit) in columns)
            {
                int at = scan.Numbers.FindIndex(c => c.Name == name && c.Unit == unit);
                own.Add(new NumberColumn(name, unit, new[] { at < 0 ? double.NaN : scan.Numbers[at].Value }));
            }

            own.Add(instants ? new TimeColumn("start_time", new[] { Instant(scan.StartTime) }) : new TextColumn("start_time", [scan.StartTime]));
            string quantity = XrdScan.Key(scan.AxisName) == "2theta" ? AxisQuantity.TwoTheta : scan.AxisName;
            parsed.Add(new ParsedSeries(new Axis(arrangement.Values, quantity, scan.AxisUnit), y, 1, n)
            {
                Variance = v,
                Labels = [Path.GetFileNameWithoutExtension(path)],
                Columns = own,
                Kind = scan.Kind,
                IntensityQuantity = "intensity",
                IntensityUnit = scan.IntensityUnit,
                Report = new FileReport(path, 1, n),
            });
        }

        return parsed;
    }

    private static DateTimeOffset? Instant(string text)
    {
        bool hasOffset = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        return hasOffset && text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time) ? time : null;
    }
}
