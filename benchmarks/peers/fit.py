# Fits by scipy (bounded trust region, analytic Jacobian) and lmfit (its default) of the cases that the benchmark program has written; it starts this script and asks.
# Debian: python3-numpy, python3-scipy; python3-lmfit is measured where it is installed.
# usage: fit.py <folder>; the first line of output names what there is, then each line of input gives one line of JSON:
#   "round <workload> <count>": microseconds per fit of each method over the first cases
#   "minima <workload> <count>": chi-square of scipy with tight tolerances for the first cases
import json, os, sys, time, warnings
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import scipy
from scipy.optimize import curve_fit, least_squares

folder = sys.argv[1]
LN2 = np.log(2.0)
shapes = json.load(open(os.path.join(folder, "shapes.json")))
warnings.simplefilter("ignore")


def load(name):
    m, n, count = (shapes[name][k] for k in ("points", "parameters", "cases"))
    rows = np.fromfile(os.path.join(folder, name + ".f64")).reshape(count, 2 * m + 3 * n)
    return [(r[:m], r[m:2 * m], r[2 * m:2 * m + n], r[2 * m + n:2 * m + 2 * n], r[2 * m + 2 * n:]) for r in rows]


cases = {name: load(name) for name in shapes}


def model(x, *p):
    if len(p) == 4:
        z = (x - p[1]) / p[2]
        return p[0] * np.exp(-0.5 * z * z) + p[3]
    end = len(p) // 4 * 4
    value = p[end] + p[end + 1] * x if end < len(p) else np.zeros_like(x)
    for k in range(0, end, 4):
        s = ((x - p[k + 1]) / p[k + 2]) ** 2
        value = value + p[k] * (p[k + 3] / (1 + s) + (1 - p[k + 3]) * np.exp(-LN2 * s))
    return value


def jacobian(x, *p):
    J = np.empty((len(x), len(p)))
    if len(p) == 4:
        z = (x - p[1]) / p[2]
        J[:, 0] = np.exp(-0.5 * z * z)
        J[:, 1] = p[0] * J[:, 0] * z / p[2]
        J[:, 2] = J[:, 1] * z
        J[:, 3] = 1
        return J
    end = len(p) // 4 * 4
    if end < len(p):
        J[:, end] = 1
        J[:, end + 1] = x
    for k in range(0, end, 4):
        a, c, w, eta = p[k:k + 4]
        z = (x - c) / w
        lorentz, gauss = 1 / (1 + z * z), np.exp(-LN2 * z * z)
        J[:, k] = eta * lorentz + (1 - eta) * gauss
        J[:, k + 1] = 2 * a * z / w * (eta * lorentz * lorentz + (1 - eta) * LN2 * gauss)
        J[:, k + 2] = J[:, k + 1] * z
        J[:, k + 3] = a * (lorentz - gauss)
    return J


def trf(case):
    x, y, start, lower, upper = case
    return curve_fit(model, x, y, start, bounds=(lower, upper), jac=jacobian, method="trf")[0]


methods = {"scipy TRF, analytic": (trf, 1)}
versions = {"numpy": np.__version__, "scipy": scipy.__version__}
try:
    import lmfit

    def by_lmfit(case):
        x, y, start, lower, upper = case
        p = lmfit.Parameters()
        for i in range(len(start)):
            p.add("p%d" % i, value=start[i], min=lower[i], max=upper[i])
        return lmfit.minimize(lambda q: model(x, *(q["p%d" % i].value for i in range(len(start)))) - y, p)

    methods["lmfit, its default"] = (by_lmfit, 4)
    versions["lmfit"] = lmfit.__version__
except ImportError:
    pass

print(json.dumps(versions), flush=True)
for line in sys.stdin:
    words = line.split()
    if not words:
        break
    if words[0] == "round":
        times = {}
        for name, (method, slower) in methods.items():
            if words[1] == "W3" and slower > 1:
                continue
            few = cases[words[1]][:max(1, int(words[2]) // slower)]
            start = time.perf_counter()
            for case in few:
                method(case)
            times[name] = (time.perf_counter() - start) / len(few) * 1e6
        print(json.dumps(times), flush=True)
    else:
        minima = []
        for x, y, start, lower, upper in cases[words[1]][:int(words[2])]:
            best = least_squares(lambda p: model(x, *p) - y, start, jac=lambda p: jacobian(x, *p), bounds=(lower, upper), method="trf",
                                 x_scale="jac", ftol=1e-13, xtol=1e-13, gtol=1e-13, max_nfev=2000)
            minima.append(2 * best.cost)
        print(json.dumps(minima), flush=True)
