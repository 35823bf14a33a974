namespace BigMap.Analysis.Tests;

/// <summary>Reference data that the repository does not ship: found through BIGMAP_REFERENCE_DATA, otherwise the test skips with that reason.</summary>
internal static class ReferenceData
{
    public static string File(string relative)
    {
        string? root = Environment.GetEnvironmentVariable("BIGMAP_REFERENCE_DATA");
        if (string.IsNullOrEmpty(root))
            Assert.Skip("Reference data is not here: set BIGMAP_REFERENCE_DATA to the folder that holds it.");
        string path = Path.Combine(root, relative);
        Assert.True(System.IO.File.Exists(path), $"BIGMAP_REFERENCE_DATA is set, but {relative} is not in it.");
        return path;
    }

    /// <summary>A file that the repository ships, by its path from the repository's root.</summary>
    public static string Shipped(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "BigMap.Analysis.sln")))
                return Path.Combine(folder.FullName, relative);
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
