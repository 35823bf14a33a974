using BigMap.Analysis.Formats.Internal;
using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats;

/// <summary>Writes result tables as NeXus/HDF5.</summary>
/// <remarks>
/// <c>/entry/&lt;table&gt;</c> is an <c>NXdata</c> group (<c>NXcollection</c> without numbers) with one dataset per column and its unit; a column with standard errors is
/// followed by <c>&lt;name&gt;_errors</c>. <see cref="TableReader.ReadHdf5"/> reads it back as it was. Equal input gives equal bytes.
/// </remarks>
public static class TableHdf5
{
    /// <summary>Writes a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="options">Title and notes; its file name is replaced by <paramref name="path"/>. Null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    /// <example><code>await fits.WriteHdf5Async("fits.h5");</code></example>
    public static async Task<FileRef> WriteHdf5Async(this IResultTable table, string path, TableHdf5Options? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        await FormatsSteps.WriteTableHdf5
            .RunAsync(table, new StepRequest<TableHdf5Options>((options ?? new TableHdf5Options()) with { File = path }), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);

    internal static async ValueTask<FileRef> WriteAsync(IResultTable table, TableHdf5Options options, StepScope scope, CancellationToken cancellationToken)
    {
        string path = OutputName.Resolve(options.File, scope.OutputFolder, scope.Operation);
        (Hdf5OutGroup root, Hdf5OutGroup entry) = NexusOutput.File(options.Title);
        string name = NexusOutput.Unique(table.Name, ["title", "process"]);
        entry.Set("default", name);
        int first = table.Columns.ToList().FindIndex(c => c is NumberColumn);
        Hdf5OutGroup data = entry.Group(name, first < 0 ? "NXcollection" : "NXdata");
        data.Set(NexusOutput.OriginalName, table.Name);
        data.Set(NexusOutput.Role, "table");
        List<string> names = NexusOutput.Write(data, table.Columns, []);
        if (first >= 0)
        {
            data.Set("signal", names[first]);
            data.Set("axes", (string[])["."]);
        }

        data.Set(NexusOutput.Columns, names);
        NexusOutput.Process(entry, scope.Operation, TableHdf5Options.Set.ToJson(options with { Notes = [] }), options.Notes);
        OutputFile file = OutputFile.Create(path, options.File);
        await using (file.ConfigureAwait(false))
        {
            await Hdf5Output.WriteAsync(root, file.Stream, cancellationToken).ConfigureAwait(false);
            FileRef written = await file.CommitAsync("application/x-hdf5", cancellationToken).ConfigureAwait(false);
            scope.Produce(written);
            return written;
        }
    }
}
