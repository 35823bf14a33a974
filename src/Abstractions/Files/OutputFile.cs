using System.Security.Cryptography;

namespace BigMap.Analysis;

/// <summary>A file that appears whole or not at all: written under a temporary name in the same folder and renamed when it is complete; hashed on the way.</summary>
/// <remarks>Not thread-safe. Disposing it before <see cref="CommitAsync"/> leaves what was there before.</remarks>
/// <example><code>
/// await using OutputFile file = OutputFile.Create("out/fits.csv");
/// await file.Stream.WriteAsync(bytes, ct);
/// FileRef written = await file.CommitAsync("text/csv", ct);
/// </code></example>
public sealed class OutputFile : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _full;
    private readonly string _temporary;
    private readonly HashingStream _stream;
    private bool _done;

    private OutputFile(string path, string name)
    {
        _name = name;
        _full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(_full)!;
        Directory.CreateDirectory(folder);
        _temporary = Path.Combine(folder, $".{Path.GetFileName(_full)}.{Guid.NewGuid():N}.tmp");
        _stream = new HashingStream(new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous));
    }

    /// <summary>What is written here becomes the content of the file.</summary>
    public Stream Stream => _stream;

    /// <summary>Begins a file; makes its folder where it is missing.</summary>
    /// <param name="path">The file; one that exists is replaced when the new one is complete.</param>
    /// <param name="name">What the record calls the file, e.g. its name inside an output folder; null for <paramref name="path"/>.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static OutputFile Create(string path, string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new OutputFile(path, name ?? path);
    }

    /// <summary>Writes a whole file at once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="cancellationToken">Stops writing; the file is then unchanged.</param>
    /// <returns>The file with its hash.</returns>
    public static async Task<FileRef> WriteAsync(string path, ReadOnlyMemory<byte> content, string mediaType, CancellationToken cancellationToken = default)
    {
        await using OutputFile file = Create(path);
        await file.Stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        return await file.CommitAsync(mediaType, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends writing and renames.</summary>
    /// <param name="mediaType">Media type of the file.</param>
    /// <param name="cancellationToken">Stops before the renaming; the file is then unchanged.</param>
    /// <returns>The file under its name, with the hash of what was written.</returns>
    public async Task<FileRef> CommitAsync(string mediaType, CancellationToken cancellationToken = default)
    {
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        (string hash, long length) = _stream.Finish();
        await _stream.DisposeAsync().ConfigureAwait(false);
        File.Move(_temporary, _full, overwrite: true);
        _done = true;
        return new FileRef(_name, hash, length, mediaType);
    }

    /// <summary>Ends writing; a file that was not committed is taken away.</summary>
    /// <returns>A task that ends when it is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        if (!_done)
            File.Delete(_temporary);
    }

    private sealed class HashingStream(FileStream inner) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public (string Hash, long Length) Finish() => (Convert.ToHexStringLower(_hash.GetHashAndReset()), _length);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _hash.AppendData(buffer);
            _length += buffer.Length;
            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _hash.AppendData(buffer.Span);
            _length += buffer.Length;
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            _hash.Dispose();
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
                _hash.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
