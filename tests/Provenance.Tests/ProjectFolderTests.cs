namespace BigMap.Analysis.Provenance.Tests;

public class ProjectFolderTests
{
    private static readonly DateOnly Day = new(2026, 1, 31);

    [Fact]
    public async Task RawDataAreNeverOverwritten()
    {
        using var folder = new TemporaryFolder();
        CancellationToken ct = TestContext.Current.CancellationToken;
        ProjectFolder project = ProjectFolder.Open(folder["cell42"]);
        string file = folder.Write("scan 1.xy", "1 2\n");
        FileRef raw = await project.AddRawAsync(file, Day, cancellationToken: ct);
        Assert.Equal("2026-01-31_scan-1.xy", Path.GetFileName(raw.Path));
        Assert.True(File.GetAttributes(raw.Path).HasFlag(FileAttributes.ReadOnly));
        Assert.Equal(raw, await project.AddRawAsync(file, Day, cancellationToken: ct));
        File.WriteAllText(file, "3 4\n");
        await Assert.ThrowsAsync<DataMismatchException>(() => project.AddRawAsync(file, Day, cancellationToken: ct));
        Assert.Equal("1 2\n", File.ReadAllText(raw.Path));
        await project.AddRawAsync(file, Day, "second scan.xy", ct);
        Assert.All(await project.VerifyRawAsync(ct), f => Assert.Equal(ReplayFileState.Identical, f.State));
        Assert.Throws<ArgumentException>(() => project.NewFolder(DataStage.Raw, "x", Day));
        await Assert.ThrowsAsync<InputFormatException>(() => project.AddRawAsync(folder["none"], Day, cancellationToken: ct));

        // Somebody wrote past the API.
        File.SetAttributes(raw.Path, FileAttributes.Normal);
        File.AppendAllText(raw.Path, "x");
        File.WriteAllText(Path.Combine(project.FolderOf(DataStage.Raw), "stray.txt"), "x");
        IReadOnlyList<ReplayFile> files = await ProjectFolder.Open(folder["cell42"]).VerifyRawAsync(ct);
        Assert.Equal([ReplayFileState.Differs, ReplayFileState.Identical, ReplayFileState.Added], files.Select(f => f.State));
        File.Delete(raw.Path);
        Assert.Equal(ReplayFileState.Missing, (await project.VerifyRawAsync(ct))[0].State);
        Assert.Empty(Directory.GetFiles(project.FolderOf(DataStage.Raw), "*.tmp"));
        File.AppendAllText(Path.Combine(project.FolderOf(DataStage.Raw), "sha256.txt"), "garbage\n");
        Assert.Equal(3, (await Assert.ThrowsAsync<InputFormatException>(() => project.VerifyRawAsync(ct))).Line);
        foreach (string one in Directory.GetFiles(project.FolderOf(DataStage.Raw)))
            File.SetAttributes(one, FileAttributes.Normal);
    }

    [Fact]
    public async Task NoHashIsLostAndNoneIsReplaced()
    {
        using var folder = new TemporaryFolder();
        CancellationToken ct = TestContext.Current.CancellationToken;
        ProjectFolder project = ProjectFolder.Open(folder["cell42"]);
        string[] files = [.. Enumerable.Range(0, 24).Select(i => folder.Write($"{i}.xy", $"{i}\n"))];
        FileRef[] raw = await Task.WhenAll(files.Select(f => Task.Run(() => project.AddRawAsync(f, Day, cancellationToken: ct), ct)));
        Assert.Equal(24, (await project.VerifyRawAsync(ct)).Count(f => f.State == ReplayFileState.Identical));

        // A file that was deleted past the API can be restored, and nothing else can take its name.
        File.SetAttributes(raw[3].Path, FileAttributes.Normal);
        File.Delete(raw[3].Path);
        string other = folder.Write("other/3.xy", "other\n");
        await Assert.ThrowsAsync<DataMismatchException>(() => project.AddRawAsync(other, Day, cancellationToken: ct));
        Assert.False(File.Exists(raw[3].Path));
        await project.AddRawAsync(files[3], Day, cancellationToken: ct);

        // Bytes that were changed past the API do not become the raw data by being added.
        File.SetAttributes(raw[5].Path, FileAttributes.Normal);
        File.WriteAllText(raw[5].Path, "changed\n");
        await Assert.ThrowsAsync<DataMismatchException>(() => project.AddRawAsync(folder.Write("other/5.xy", "changed\n"), Day, cancellationToken: ct));
        File.WriteAllText(raw[5].Path, "5\n");

        // A copy whose hash was never noted gets it when it is added again.
        File.Delete(Path.Combine(project.FolderOf(DataStage.Raw), "sha256.txt"));
        foreach (string file in files)
            await project.AddRawAsync(file, Day, cancellationToken: ct);
        Assert.Equal(24, (await project.VerifyRawAsync(ct)).Count(f => f.State == ReplayFileState.Identical));

        string[] folders = new string[16];
        Parallel.For(0, 16, i => folders[i] = project.NewFolder(DataStage.Analysed, "x", Day));
        Assert.Equal(16, folders.Distinct().Count());
        foreach (string one in Directory.GetFiles(project.FolderOf(DataStage.Raw)))
            File.SetAttributes(one, FileAttributes.Normal);
    }

    [Fact]
    public void EveryRunGetsAFolderOfItsOwn()
    {
        using var folder = new TemporaryFolder();
        ProjectFolder project = ProjectFolder.Open(folder.Path);
        Assert.Equal("2026-01-31_lno-003", Path.GetFileName(project.NewFolder(DataStage.Analysed, "lno-003", Day)));
        Assert.Equal("2026-01-31_lno-003-2", Path.GetFileName(project.NewFolder(DataStage.Analysed, "lno-003", Day)));
        Assert.Equal("2026-01-31_---up", Path.GetFileName(project.NewFolder(DataStage.Processed, "/ /up", Day)));
        Assert.Equal(["1-raw", "2-pre-processed", "3-processed", "4-analysed"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
