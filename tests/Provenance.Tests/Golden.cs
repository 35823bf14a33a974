namespace BigMap.Analysis.Provenance.Tests;

/// <summary>Text that is kept in a file. BIGMAP_WRITE_GOLDEN=1 writes files that are not there yet; it never changes one that is.</summary>
internal static class Golden
{
    public static void Check(string path, string actual)
    {
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("BIGMAP_WRITE_GOLDEN") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
