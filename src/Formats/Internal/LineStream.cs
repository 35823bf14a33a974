using System.Security.Cryptography;
using System.Text;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>The lines of a file as UTF-8 bytes, one after the other; hashes the bytes of the file as they go by.</summary>
internal sealed class LineStream : IAsyncDisposable
{
    private readonly HashedRead _file;
    private readonly Stream _text;
    private byte[] _buffer = new byte[1 << 18];
    private int _start;
    private int _end;
    private int _lineStart;
    private int _lineLength;
    private bool _skipLineFeed;
    private bool _ended;

    public LineStream(string path, IncrementalHash hash, Encoding encoding, int markBytes)
    {
        _file = new HashedRead(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan), hash, markBytes);
        _text = encoding is UTF8Encoding ? _file : Encoding.CreateTranscodingStream(_file, encoding, new UTF8Encoding(false));
    }

    /// <summary>Number of the current line, from 1.</summary>
    public int Number { get; private set; }

    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_lineStart, _lineLength);

    /// <summary>Bytes of the file read so far.</summary>
    public long Bytes => _file.Total;

    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        int scanned = 0;
        while (true)
        {
            if (_skipLineFeed && _start < _end)
            {
                if (_buffer[_start] == (byte)'\n')
                    _start++;
                _skipLineFeed = false;
            }

            int found = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOfAny((byte)'\n', (byte)'\r');
            if (found >= 0)
            {
                int at = _start + scanned + found;
                _skipLineFeed = _buffer[at] == (byte)'\r';
                return Take(at, at + 1);
            }

            scanned = _end - _start;
            if (_ended)
            {
                while (_end > _start && _buffer[_end - 1] == 0x1A)
                    _end--;
                return _end > _start && Take(_end, _end);
            }

            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _text.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    private bool Take(int end, int next)
    {
        (_lineStart, _lineLength, _start) = (_start, end - _start, next);
        Number++;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, checked(_buffer.Length * 2));
        int read = await _text.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _ended = read == 0;
    }

    private sealed class HashedRead(FileStream inner, IncrementalHash hash, int markBytes) : Stream
    {
        private int _mark = markBytes;

        public long Total { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => Total;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_mark > 0)
            {
                var mark = new byte[_mark];
                await inner.ReadExactlyAsync(mark, cancellationToken).ConfigureAwait(false);
                hash.AppendData(mark);
                Total += _mark;
                _mark = 0;
            }

            int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            hash.AppendData(buffer.Span[..read]);
            Total += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
