using System.Diagnostics;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Runs a script with the system's Python; skips with the reason where it or a module is missing.</summary>
internal static class Python
{
    private static readonly string Program = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    public static string Run(string script, string[] modules, params string[] arguments)
    {
        foreach (string module in modules)
        {
            if (Start(["-c", "import " + module]) is not (0, _, _))
                Assert.Skip($"python3 with {module} is not on this machine.");
        }

        string path = BigMap.Analysis.Tests.ReferenceData.Shipped("tests/Formats.Tests/peers/" + script);
        (int code, string output, string error) = Start([path, .. arguments])!.Value;
        Assert.True(code == 0, error);
        return output;
    }

    private static (int Code, string Output, string Error)? Start(string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
