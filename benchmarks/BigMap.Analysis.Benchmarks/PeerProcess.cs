using System.Diagnostics;
using System.Text.Json;

namespace BigMap.Analysis.Benchmarks;

/// <summary>A program of a peer that answers one line of JSON to one line of input.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    private PeerProcess(Process process, string versions) => (_process, Versions) = (process, versions);

    public string Versions { get; }

    /// <summary>Starts it; nothing when the program or what it needs is not installed.</summary>
    public static PeerProcess? Start(string program, params string[] arguments)
    {
        try
        {
            Process? process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true });
            if (process?.StandardOutput.ReadLine() is { } versions)
                return new PeerProcess(process, versions);
        }
        catch (System.ComponentModel.Win32Exception)
        {
        }

        return null;
    }

    public static PeerProcess? Python(string script, string folder) =>
        Start(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", Script(script), folder);

    /// <summary>Compiles a C++ file of benchmarks/peers into the folder; nothing when that does not work here.</summary>
    public static string? Compile(string source, string folder, params string[] options)
    {
        string program = Path.Combine(folder, Path.GetFileNameWithoutExtension(source));
        try
        {
            using Process? compiler = Process.Start(new ProcessStartInfo("g++", ["-O3", "-march=native", "-DNDEBUG", Script(source), "-o", program, .. options]) { RedirectStandardError = true });
            string errors = compiler?.StandardError.ReadToEnd() ?? string.Empty;
            compiler?.WaitForExit();
            if (compiler?.ExitCode == 0)
                return program;
            Console.WriteLine($"{source} is not measured: {errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine($"{source} is not measured: no g++ here.");
        }

        return null;
    }

    public JsonElement Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        using JsonDocument answer = JsonDocument.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The peer ended at \"{line}\"."));
        return answer.RootElement.Clone();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Script(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BigMap.Analysis.sln")))
                return Path.Combine(folder.FullName, "benchmarks", "peers", name);
        }

        throw new InvalidOperationException("The benchmarks do not run inside the repository.");
    }
}
