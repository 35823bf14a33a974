// Fits by Ceres (bounds, analytic Jacobian, dense normal equations with Cholesky) and cminpack (lmder, no bounds) of the cases that the benchmark program has written;
// it compiles this file and asks. Debian: g++, libceres-dev, libcminpack-dev.
// usage: fit <workload file> <points> <parameters> <cases>; each line "round <count>" gives one line of JSON with microseconds per fit over the first cases;
// "minima <count>" gives the chi-square of Ceres with tight tolerances for the first cases.
#include <ceres/ceres.h>
#include <cminpack.h>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {
const double kLn2 = 0.6931471805599453;
int points, parameters, cases;
std::vector<double> data;

struct Case {
  const double *x, *y, *start, *lower, *upper;
};

Case At(int k) {
  const double* row = data.data() + size_t(k) * (2 * points + 3 * parameters);
  return {row, row + points, row + 2 * points, row + 2 * points + parameters, row + 2 * points + 2 * parameters};
}

// Residuals; the derivative of residual i to parameter j goes to jacobian[i * along + j * across].
void Evaluate(const Case& c, const double* p, double* residuals, double* jacobian, int along, int across) {
  if (parameters == 4) {
    for (int i = 0; i < points; i++) {
      double z = (c.x[i] - p[1]) / p[2], e = std::exp(-0.5 * z * z);
      if (residuals) residuals[i] = p[0] * e + p[3] - c.y[i];
      if (jacobian) {
        double slope = p[0] * e * z / p[2];
        double* row = jacobian + size_t(i) * along;
        row[0] = e;
        row[across] = slope;
        row[2 * across] = slope * z;
        row[3 * across] = 1;
      }
    }
    return;
  }
  int end = parameters / 4 * 4;
  for (int i = 0; i < points; i++) {
    double value = -c.y[i];
    if (end < parameters) {
      value += p[end] + p[end + 1] * c.x[i];
      if (jacobian) {
        jacobian[size_t(i) * along + size_t(end) * across] = 1;
        jacobian[size_t(i) * along + size_t(end + 1) * across] = c.x[i];
      }
    }
    for (int k = 0; k < end; k += 4) {
      double inverse = 1 / p[k + 2], z = (c.x[i] - p[k + 1]) * inverse;
      double lorentz = 1 / (1 + z * z), gauss = std::exp(-kLn2 * z * z), eta = p[k + 3], shape = eta * lorentz + (1 - eta) * gauss;
      value += p[k] * shape;
      if (jacobian) {
        double slope = 2 * p[k] * z * inverse * (eta * lorentz * lorentz + (1 - eta) * kLn2 * gauss);
        double* at = jacobian + size_t(i) * along + size_t(k) * across;
        at[0] = shape;
        at[across] = slope;
        at[2 * across] = slope * z;
        at[3 * across] = p[k] * (lorentz - gauss);
      }
    }
    if (residuals) residuals[i] = value;
  }
}

class Peaks : public ceres::CostFunction {
 public:
  explicit Peaks(const Case& c) : case_(c) {
    set_num_residuals(points);
    mutable_parameter_block_sizes()->push_back(parameters);
  }
  bool Evaluate(double const* const* p, double* residuals, double** jacobians) const override {
    ::Evaluate(case_, p[0], residuals, jacobians ? jacobians[0] : nullptr, parameters, 1);
    return true;
  }

 private:
  Case case_;
};

double ByCeres(int k, double tolerance) {
  Case c = At(k);
  std::vector<double> p(c.start, c.start + parameters);
  ceres::Problem problem;
  problem.AddResidualBlock(new Peaks(c), nullptr, p.data());
  for (int j = 0; j < parameters; j++) {
    problem.SetParameterLowerBound(p.data(), j, c.lower[j]);
    problem.SetParameterUpperBound(p.data(), j, c.upper[j]);
  }
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_NORMAL_CHOLESKY;
  options.num_threads = 1;
  options.logging_type = ceres::SILENT;
  options.max_num_iterations = 500;
  if (tolerance > 0) options.function_tolerance = options.parameter_tolerance = options.gradient_tolerance = tolerance;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  return 2 * summary.final_cost;
}

int Lmder(void* state, int, int, const double* p, double* residuals, double* jacobian, int leading, int flag) {
  Evaluate(*static_cast<Case*>(state), p, flag == 1 ? residuals : nullptr, flag == 1 ? nullptr : jacobian, 1, leading);
  return 0;
}

double ByCminpack(int k) {
  static std::vector<double> p(parameters), residuals(points), jacobian(size_t(points) * parameters), diag(parameters), qtf(parameters), a(parameters), b(parameters), c2(parameters), d(points);
  static std::vector<int> pivot(parameters);
  Case c = At(k);
  std::copy(c.start, c.start + parameters, p.begin());
  int nfev, njev;
  lmder(Lmder, &c, points, parameters, p.data(), residuals.data(), jacobian.data(), points, 1e-10, 1e-10, 0, 1000, diag.data(), 1, 100, 0, &nfev, &njev, pivot.data(),
        qtf.data(), a.data(), b.data(), c2.data(), d.data());
  double sum = 0;
  for (double r : residuals) sum += r * r;
  return sum;
}

template <class Fit>
double Time(int count, Fit fit) {
  auto start = std::chrono::steady_clock::now();
  for (int k = 0; k < count; k++) fit(k);
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / count;
}
}  // namespace

int main(int, char** argv) {
  google::InitGoogleLogging(argv[0]);
  points = std::atoi(argv[2]), parameters = std::atoi(argv[3]), cases = std::atoi(argv[4]);
  data.resize(size_t(cases) * (2 * points + 3 * parameters));
  std::ifstream(argv[1], std::ios::binary).read(reinterpret_cast<char*>(data.data()), std::streamsize(data.size() * sizeof(double)));
  std::cout << "{\"ceres\":\"" << CERES_VERSION_STRING << "\"}" << std::endl;
  std::string line;
  while (std::getline(std::cin, line) && !line.empty()) {
    if (line.rfind("round ", 0) == 0) {
      int count = std::min(cases, std::atoi(line.c_str() + 6));
      double tight = Time(count, [](int k) { return ByCeres(k, 1e-10); }), loose = Time(count, [](int k) { return ByCeres(k, 0); }), minpack = Time(count, ByCminpack);
      std::printf("{\"Ceres normal Cholesky, tolerance 1e-10\":%.3f,\"Ceres normal Cholesky, its default tolerance\":%.3f,\"cminpack lmder, no bounds\":%.3f}\n", tight, loose, minpack);
    } else {
      std::printf("[");
      for (int k = 0; k < std::min(cases, std::atoi(line.c_str() + 7)); k++) std::printf(k ? ",%.17g" : "%.17g", ByCeres(k, 1e-12));
      std::printf("]\n");
    }
    std::fflush(stdout);
  }
}
