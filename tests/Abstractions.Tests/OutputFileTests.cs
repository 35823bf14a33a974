using System.Security.Cryptography;

namespace BigMap.Analysis.Abstractions.Tests;

public sealed class OutputFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bigmap-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_appears_whole_with_its_hash_in_a_folder_that_is_made()
    {
        byte[] content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i))];
        string path = Path.Combine(_folder, "new", "data.bin");
        await using (OutputFile file = OutputFile.Create(path))
        {
            await file.Stream.WriteAsync(content.AsMemory(0, 200_000), TestContext.Current.CancellationToken);
            file.Stream.Write(content, 200_000, 100_000);
            Assert.False(File.Exists(path));
            FileRef written = await file.CommitAsync("application/octet-stream", TestContext.Current.CancellationToken);
            Assert.Equal(new FileRef(path, Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, "application/octet-stream"), written);
        }

        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "new")));
    }

    [Fact]
    public async Task What_was_there_stays_when_writing_fails_or_is_cancelled()
    {
        string path = Path.Combine(_folder, "kept.txt");
        File.WriteAllText(path, "before");
        await using (OutputFile file = OutputFile.Create(path))
            file.Stream.Write([1, 2, 3]);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => OutputFile.WriteAsync(path, new byte[10], "text/plain", stop.Token));
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder));
    }
}
