"""Writes HDF5 files of every index, group and attribute style that HDF5 knows, and index.json with what h5py reads from them.

usage: hdf5_variety.py FOLDER
"""
import hashlib
import json
import sys

import h5py
import numpy as np

folder = sys.argv[1]
rng = np.random.default_rng(5)
index = {}


def swap(array):
    return array.astype(array.dtype.newbyteorder("<")) if array.dtype.fields is None else array


def describe(name):
    found = {}
    with h5py.File(f"{folder}/{name}", "r") as f:
        def visit(path, one):
            entry = {"attrs": {}}
            for key, value in one.attrs.items():
                a = np.asarray(value)
                if a.dtype.kind in "iuf":
                    entry["attrs"][key] = a.astype("f8").ravel().tolist()
                elif a.dtype.kind in "OUS":
                    entry["attrs"][key] = [v if isinstance(v, str) else v.decode() for v in a.ravel().tolist()]
            if isinstance(one, h5py.Dataset):
                entry["shape"] = list(one.shape)
                if h5py.check_string_dtype(one.dtype):
                    entry["text"] = [v.decode() for v in np.atleast_1d(one[()]).ravel().tolist()]
                else:
                    entry["sha256"] = hashlib.sha256(np.ascontiguousarray(swap(one[()])).tobytes()).hexdigest()
            found["/" + path] = entry
        f.visititems(visit)
    index[name] = found


def data(*shape, dtype="<f8"):
    return (rng.standard_normal(shape) * 1000).astype(dtype)


for libver, label in (("earliest", "old"), ("latest", "new")):
    name = f"{label}-layouts.h5"
    with h5py.File(f"{folder}/{name}", "w", libver=libver) as f:
        f.create_dataset("contiguous", data=data(7, 11))
        f.create_dataset("single", data=data(7, 11), chunks=(7, 11))
        f.create_dataset("single_gz", data=data(7, 11), chunks=(7, 11), compression="gzip", fletcher32=True)
        f.create_dataset("edges", data=data(17, 23, 5), chunks=(4, 6, 2), compression="gzip", shuffle=True)
        f.create_dataset("edges_plain", data=data(17, 23, 5), chunks=(4, 6, 2))
        f.create_dataset("fixed_max", data=data(10, 12), chunks=(3, 5), maxshape=(40, 33), compression="lzf")
        f.create_dataset("paged", data=data(5000), chunks=(2,))
        f.create_dataset("paged_gz", data=data(5000, dtype="<i4"), chunks=(2,), compression="gzip")
        f.create_dataset("grow0", data=data(300, 6), chunks=(2, 4), maxshape=(None, 6))
        f.create_dataset("grow1", data=data(6, 300), chunks=(4, 2), maxshape=(6, None), compression="gzip")
        f.create_dataset("grow1b", data=data(5, 4, 30), chunks=(2, 3, 7), maxshape=(9, None, 50), compression="gzip")
        f.create_dataset("grow_long", data=data(40000, dtype="<u2"), chunks=(2,), maxshape=(None,))
        f.create_dataset("grow_long_gz", data=data(9000, dtype=">i2"), chunks=(2,), maxshape=(None,), compression="gzip")
        f.create_dataset("grow_both", data=data(70, 90), chunks=(3, 4), maxshape=(None, None))
        f.create_dataset("grow_both_gz", data=data(70, 90, dtype=">f4"), chunks=(3, 4), maxshape=(None, None), compression="gzip", shuffle=True)
        sparse = f.create_dataset("sparse", shape=(100, 100), chunks=(10, 10), dtype="<i2", fillvalue=-7, maxshape=(None, 100))
        sparse[33:47, 21:55] = 5
        shrunk = f.create_dataset("shrunk", data=data(40, 40), chunks=(5, 5), maxshape=(None, 40))
        shrunk.resize((17, 40))
        f.create_dataset("never", shape=(12, 3), dtype="<f4", fillvalue=2.5)
        early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        early.set_chunk((4, 3))
        early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        d = h5py.h5d.create(f.id, b"early", h5py.h5t.NATIVE_DOUBLE, h5py.h5s.create_simple((10, 8), (12, 20)), early)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, data(10, 8))
        small = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        small.set_layout(h5py.h5d.COMPACT)
        d = h5py.h5d.create(f.id, b"compact", h5py.h5t.STD_I32BE, h5py.h5s.create_simple((5,)), small)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(5, dtype="<i4"))
        f["named"] = np.dtype("<f8")
        f.create_dataset("of_named", data=data(4), dtype=f["named"])
        f["of_named"].attrs.create("typed", 1.5, dtype=f["named"])
        f.create_dataset("array", data=np.zeros(3, dtype=[("v", "<i2", (2, 3)), ("w", "<f8")]))
        f.create_dataset("compound", data=np.array([(1, 2.5), (3, -1)], dtype=[("n", "<i4"), ("x", "<f8")]), chunks=(1,), compression="gzip")
        f.create_dataset("long_names", data=["ä" * 40, "", "x"], dtype=h5py.string_dtype())
        f.create_dataset("texts", data=[f"label {i}" for i in range(5000)], dtype=h5py.string_dtype(), chunks=(700,), compression="gzip")
    describe(name)

    name = f"{label}-groups.h5"
    with h5py.File(f"{folder}/{name}", "w", libver=libver, track_order=label == "new") as f:
        many = f.create_group("many")
        for i in range(300):
            many.create_dataset(f"scan {i:05d} µ", data=i)
        deep = f
        for i in range(60):
            deep = deep.create_group(f"level{i}")
        deep["value"] = 3.5
        attributes = f.create_group("attributes")
        for i in range(120):
            attributes.attrs[f"a{i}"] = np.arange(i, dtype="<f4")
        attributes.attrs["text"] = "ü" * 300
        attributes.attrs["texts"] = ["a", "bc", ""]
        if label == "new":
            attributes.attrs["huge"] = np.arange(20000, dtype="<f8")
        f["soft"] = h5py.SoftLink("/many/scan 00003 µ")
        f["relative"] = h5py.SoftLink("level0/level1")
        f["hard"] = many
    describe(name)

with open(f"{folder}/index.json", "w") as out:
    json.dump(index, out)
