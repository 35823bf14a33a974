using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>The golden baselines and their manifest.</summary>
internal static class Golden
{
    public const string Folder = "spectra/golden-baselines/";

    public static readonly string[] Cases = ["calcite_633_150_1200", "carbon_pos1_800_2000", "prisma_synth0_300_1400", "ps_633_600_1800", "ps_785_150_3150", "xrd_c1_10_40"];

    public static readonly string[] ExactCases = ["calcite_633_150_1200", "carbon_pos1_800_2000", "ps_633_600_1800", "ps_633_full", "xrd_c1_10_40"];

    public static readonly (string Column, double Lambda, double P)[] ExactColumns =
    [
        ("exact_l1e05_p0.01", 1e5, 1e-2), ("exact_l1e07_p0.001", 1e7, 1e-3), ("exact_l1e09_p0.001", 1e9, 1e-3),
        ("exact_l1e11_p0.01", 1e11, 1e-2), ("exact_l1e13_p0.001", 1e13, 1e-3), ("exact_l1e14_p0.0001", 1e14, 1e-4),
    ];

    public static TheoryData<string> CaseData() => [.. Cases];

    public static TheoryData<string> ExactCaseData() => [.. ExactCases];

    public static GoldenCsv Csv(string name) => new(ReferenceData.File(Folder + name + ".csv"));

    public static JsonDocument Manifest() => JsonDocument.Parse(File.ReadAllText(ReferenceData.File(Folder + "manifest.json")));

    /// <summary>Options of a column: AsLS of pybaselines, PRISMA, or the fixed point; null for other methods.</summary>
    public static AslsOptions? OptionsOf(string column, JsonElement algorithms)
    {
        if (algorithms.TryGetProperty(column, out JsonElement entry) && entry.GetProperty("method").GetString() == "asls")
        {
            JsonElement p = entry.GetProperty("parameters");
            return new AslsOptions
            {
                Lambda = p.GetProperty("lam").GetDouble(),
                P = p.GetProperty("p").GetDouble(),
                DifferenceOrder = p.TryGetProperty("diff_order", out JsonElement d) ? d.GetInt32() : 2,
                MaxIterations = p.GetProperty("max_iter").GetInt32(),
                StopRule = AslsStopRule.WeightChange,
                Tolerance = Math.Max(0, p.GetProperty("tol").GetDouble()),
            };
        }

        if (!column.StartsWith("prisma_logp", StringComparison.Ordinal) && !column.StartsWith("asls_fixedpoint_logp", StringComparison.Ordinal))
            return null;
        string[] parts = column[(column.IndexOf("logp", StringComparison.Ordinal) + 4)..].Split("_logl");
        double logP = double.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), logLambda = double.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        AslsOptions prisma = AslsOptions.Prisma(logP, logLambda);
        return column.StartsWith("prisma", StringComparison.Ordinal) ? prisma : new AslsOptions { Lambda = prisma.Lambda, P = prisma.P, Start = AslsStart.EqualWeights };
    }
}
