"""Reads with numpy, pandas and h5py what the tests wrote, and prints what it found as JSON.

usage: read_everything.py FOLDER
"""
import json
import sys

import h5py
import numpy as np
import pandas as pd

folder = sys.argv[1]
found = {}


def bits(values):
    return np.ascontiguousarray(values, dtype="<f8").tobytes().hex()


# Tables, one line each.
csv = pd.read_csv(f"{folder}/fits.csv", float_precision="round_trip")
found["csv"] = {"columns": list(csv.columns), "center": bits(csv["H1.center"]), "label": csv["label"].tolist(), "index": csv["index"].tolist()}
with_units = pd.read_csv(f"{folder}/units.csv", skiprows=[1], float_precision="round_trip")
found["units_csv"] = {"columns": list(with_units.columns), "center": bits(with_units["H1.center"])}
with_tabs = pd.read_csv(f"{folder}/tabs.txt", sep="\t", skiprows=[1], float_precision="round_trip")
found["tabs_csv"] = {"columns": list(with_tabs.columns), "center": bits(with_tabs["H1.center"]), "label": with_tabs["label"].tolist()}
series_tabs = pd.read_csv(f"{folder}/series.txt", sep="\t", skiprows=[1], index_col=0, float_precision="round_trip")
found["series_tabs"] = {"rows": [bits(series_tabs[c]) for c in series_tabs.columns]}
npy = pd.DataFrame(np.load(f"{folder}/fits.npy"))
found["npy_table"] = {"columns": list(npy.columns), "center": bits(npy["H1.center"]), "label": npy["label"].tolist(), "index": npy["index"].tolist()}
version = open(f"{folder}/greek.npy", "rb").read(8)[6]
found["npy_greek"] = {"version": version, "columns": list(np.load(f"{folder}/greek.npy").dtype.names)}
found["npy_wide"] = {"version": open(f"{folder}/wide.npy", "rb").read(8)[6], "columns": len(np.load(f"{folder}/wide.npy", max_header_size=10**7).dtype.names)}
with h5py.File(f"{folder}/fits.h5") as f:
    entry = f[f.attrs["default"]]
    table = entry[entry.attrs["default"]]
    frame = pd.DataFrame({k: (v.asstr()[:] if h5py.check_string_dtype(v.dtype) else v[:]) for k, v in table.items()})
    found["h5_table"] = {
        "class": table.attrs["NX_class"],
        "rows": len(frame),
        "center": bits(frame["H1.center"]),
        "errors": bits(frame["H1.center_errors"]),
        "units": table["H1.center"].attrs["units"],
        "label": frame["label"].tolist(),
        "program": entry["process/program"].asstr()[()],
        "note": entry["process/provenance/data"].asstr()[()],
        "note_class": entry["process/provenance"].attrs["NX_class"],
    }

# Series.
series_csv = pd.read_csv(f"{folder}/series.csv", index_col=0, float_precision="round_trip")
found["series_csv"] = {"axis": bits(series_csv.index), "rows": [bits(series_csv[c]) for c in series_csv.columns], "labels": list(series_csv.columns)}
array = np.load(f"{folder}/series.npy")
found["series_npy"] = {"shape": array.shape, "bits": bits(array)}
with h5py.File(f"{folder}/none.h5") as f:
    found["none"] = {"shape": f["entry/data/intensity"].shape, "axis": bits(f["entry/data"][f["entry/data"].attrs["axes"][1]][:])}
for name in ("series.h5", "source.h5"):
    with h5py.File(f"{folder}/{name}") as f:
        data = f[f.attrs["default"]]
        data = data[data.attrs["default"]]
        signal = data[data.attrs["signal"]]
        axis = data[data.attrs["axes"][1]]
        found[name] = {
            "class": data.attrs["NX_class"],
            "shape": signal.shape,
            "bits": bits(signal[:]),
            "sigma": bits(data[signal.attrs["uncertainties"]][:]),
            "axis": bits(axis[:]),
            "axis_units": axis.attrs["units"],
            "labels": data["label"].asstr()[:].tolist(),
            "voltage": bits(data["voltage"][:]),
            "voltage_units": data["voltage"].attrs["units"],
        }

# Arrays of every type.
for kind in ("f8", "f4", "f2", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1", "c16"):
    a = np.load(f"{folder}/type_{kind}.npy")
    found[kind] = {"dtype": a.dtype.str, "shape": a.shape, "hex": np.ascontiguousarray(a).tobytes().hex()}

print(json.dumps(found))
