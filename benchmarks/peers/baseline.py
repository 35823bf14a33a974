# One round of the peers on the workload that the benchmark program has written; it starts this script and asks for rounds.
# Debian: python3-numpy and python3-scipy. pybaselines is measured where it is installed.
# usage: baseline.py <folder>; each line "round" on standard input gives one line of JSON with microseconds per spectrum; the first line of output names what there is.
import json, os, sys, time
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import scipy
from scipy.linalg import solveh_banded

folder = sys.argv[1]
shape = json.load(open(os.path.join(folder, "shape.json")))
n, rows, lam, p = shape["points"], shape["rows"], shape["lambda"], shape["p"]
data = np.fromfile(os.path.join(folder, "w1.f64")).reshape(rows, n)

penalty = np.zeros((3, n))
penalty[0] = 6; penalty[0, [0, -1]] = 1; penalty[0, [1, -2]] = 5
penalty[1] = -4; penalty[1, [0, -2]] = -2; penalty[1, -1] = 0
penalty[2] = 1; penalty[2, -2:] = 0
penalty *= lam

def asls(y, solves):
    """At most so many solves; ends at the fixed point only when solves is None."""
    w = np.ones(n)
    done = 0
    while True:
        bands = penalty.copy()
        bands[0] += w
        z = solveh_banded(bands, w * y, lower=True, overwrite_ab=True, overwrite_b=True, check_finite=False)
        done += 1
        after = np.where(y > z, p, 1 - p)
        if done == solves or (solves is None and np.array_equal(after, w)):
            return z
        w = after

methods = {
    "scipy solveh_banded, 10 solves": lambda y: asls(y, 10),
    "scipy solveh_banded, to the fixed point": lambda y: asls(y, None),
}
try:
    import pybaselines
    fitter = pybaselines.Baseline()
    methods["pybaselines asls, 10 solves"] = lambda y: fitter.asls(y, lam, p, max_iter=9, tol=-1)[0]
except ImportError:
    pass

np.asarray([asls(y, None) for y in data]).tofile(os.path.join(folder, "scipy.f64"))
print(json.dumps({"numpy": np.__version__, "scipy": scipy.__version__, "methods": list(methods)}), flush=True)
for line in sys.stdin:
    if line.strip() != "round":
        break
    times = {}
    for name, method in methods.items():
        start = time.perf_counter()
        for y in data:
            method(y)
        times[name] = (time.perf_counter() - start) / rows * 1e6
    print(json.dumps(times), flush=True)
