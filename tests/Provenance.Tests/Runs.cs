namespace BigMap.Analysis.Provenance.Tests;

/// <summary>The run that several tests look at: a file is read, scaled with decisions for two rows, summed, and written.</summary>
internal static class Runs
{
    public const string RecipeJson = """
        {
          // Comments and trailing commas are allowed.
          "format": "bigmap-recipe/1",
          "name": "demo",
          "title": "Scale and sum",
          "description": "For tests.",
          "steps": [
            { "id": "read", "operation": "test.read", "version": 1 },
            {
              "id": "scale", "operation": "test.scale", "version": 2,
              "options": { "factor": 2.5, "mode": "divideBy", "limits": { "max": 40 }, "windows": [ { "min": 1 } ], "weights": [1, 2] },
              "overrides": [
                { "row": 3, "exclude": true, "reason": "beam dump" },
                { "row": 1, "reason": "stronger", "options": { "limits": { "max": 30 }, "factor": 0.5 } },
              ],
            },
            { "id": "scaled.txt", "operation": "write.series", "version": 1, "options": { "file": "scaled.txt" } },
            { "id": "sum", "operation": "test.sum", "version": 1 },
            { "id": "sums.csv", "operation": "write.table", "version": 1, "options": { "file": "sums.csv" } },
            { "id": "raw.csv", "operation": "write.series", "version": 1, "from": "read", "options": { "file": "raw/raw.txt" } },
          ],
        }
        """;

    public static Recipe Recipe => Recipe.Parse(RecipeJson, TestSteps.Catalogue);

    /// <summary>Runs the recipe in a folder with data/in.txt, out/*, and out/provenance.json.</summary>
    public static async Task<(RecipeRun Run, string Record)> RecordAsync(TemporaryFolder folder, AnalysisContext? context = null, Recipe? recipe = null)
    {
        string input = folder.Write("out/data/in.txt", TestSteps.Text(TestSteps.MakeSeries(6)));
        var recorder = new ProvenanceRecorder("A demo", context ?? AnalysisContext.Default with { Time = new FixedClock() });
        RecipeRun run = await (recipe ?? Recipe).RunAsync(new InputPath(input), new StepEnvironment(recorder.Context, folder["out"]));
        await recorder.SaveAsync(folder["out/provenance.json"]);
        return (run, folder["out/provenance.json"]);
    }
}
