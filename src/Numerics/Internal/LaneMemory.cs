using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BigMap.Analysis.Numerics.Internal;

/// <summary>Vectors that start on a cache line: a load across two lines costs twice.</summary>
internal sealed class LaneMemory<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Line = 64;
    private readonly double[] _array;
    private readonly int _offset;
    private readonly int _length;

    public LaneMemory(int length)
    {
        _length = checked(length * TLanes.Count);
        _array = GC.AllocateArray<double>(_length + (Line / sizeof(double)), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _offset = (int)((Line - (address % Line)) % Line) / sizeof(double);
    }

    public Span<double> Doubles => _array.AsSpan(_offset, _length);

    public Span<TLanes> Span => MemoryMarshal.Cast<double, TLanes>(Doubles);

    public ref TLanes First => ref Unsafe.As<double, TLanes>(ref _array[_offset]);
}
