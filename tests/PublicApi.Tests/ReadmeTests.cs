using BigMap.Analysis.Tests;

namespace BigMap.Analysis.PublicApi.Tests;

/// <summary>What the README shows is what runs.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_program_of_the_readme_is_the_sample_that_runs()
    {
        string readme = File.ReadAllText(ReferenceData.Shipped("README.md"));
        string sample = File.ReadAllText(ReferenceData.Shipped("samples/first-program.cs"));
        int start = readme.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        string shown = readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
        Assert.Equal(sample[sample.IndexOf("using BigMap.Analysis;", StringComparison.Ordinal)..], shown);
    }

    [Fact]
    public void Every_link_of_the_documents_leads_to_a_file()
    {
        string root = Path.GetDirectoryName(ReferenceData.Shipped("README.md"))!;
        var broken = new List<string>();
        foreach (string page in Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories).Concat(Directory.GetFiles(root, "*.md")))
        {
            foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(page), @"\]\(([^)#\s]+)(#[^)]*)?\)"))
            {
                string target = link.Groups[1].Value;
                if (!target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)))
                    broken.Add($"{Path.GetRelativePath(root, page)}: {target}");
            }
        }

        Assert.Empty(broken);
    }
}
