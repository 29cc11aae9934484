import Glibc

/// A virtual environment of the host, made from `/usr/bin/python3`, as jobs see it: read-only, at its own path.
public struct PythonEnvironment: Sendable, Equatable {
  /// Its folder, at the same path on the host and inside.
  public var path: String

  public init(path: String) { self.path = path }

  public var interpreter: String { "\(path)/bin/python3" }

  /// A sentence that says why nothing can be executed with it; nil if its interpreter is there.
  public var problem: String? {
    guard access(interpreter, X_OK) != 0 else { return nil }
    return "There is no Python environment in \(path): \(interpreter) can't be executed "
      + "(\(String(cString: strerror(errno)))). `deploy/python` makes one; SHOAL_PYTHON, or `python` in shoal.yaml, "
      + "names another."
  }

  /// The parts of the host that a job needs to read for it.
  public var inputs: [ReadOnlyBind] { path.hasPrefix("/usr/") ? [] : [ReadOnlyBind(path)] }

  /// One thread, no GPU, no window, nothing written outside `/tmp`, and the same hashes and dates every time, so that
  /// the same code gives the same result.
  public var variables: [String: String] {
    [
      "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": "1", "PYTHONNOUSERSITE": "1",
      "SOURCE_DATE_EPOCH": "0", "MPLBACKEND": "Agg", "MPLCONFIGDIR": "/tmp/matplotlib", "OMP_NUM_THREADS": "1",
      "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu",
      // NPROC is how XLA's own tests bound its thread pools.
      "NPROC": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    ]
  }

  /// A job that runs a script of the job folder.
  public func job(
    script: String, arguments: [String] = [], files: [JobFile], limits: SandboxLimits = .init(),
    collect: CollectRules = .init()
  ) -> SandboxJob {
    SandboxJob(
      command: [interpreter, script] + arguments, files: files, inputs: inputs, environment: variables,
      limits: limits, collect: collect)
  }
}

extension PythonEnvironment {
  /// The same on a GPU. A job fails rather than fall back to the processor if the GPU can't be used.
  var gpuVariables: [String: String] {
    variables.merging([
      "JAX_PLATFORMS": "cuda,cpu",
      "XLA_FLAGS": "--xla_gpu_deterministic_ops=true --xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
      "CUBLAS_WORKSPACE_CONFIG": ":4096:8", "CUDA_CACHE_PATH": "/tmp/cuda-cache",
    ]) { $1 }
  }
}

/// The host's TeX installation as jobs see it.
public struct TeXEnvironment: Sendable, Equatable {
  /// Uses TeX from the host's packages.
  public init() {}

  /// The parts of TeX outside `/usr` that exist on this host.
  public var inputs: [ReadOnlyBind] {
    let paths = [
      "/etc/texmf", "/var/lib/texmf", "/var/lib/tex-common", "/etc/latexmk.conf", "/etc/LatexMk", "/etc/papersize",
    ]
    return paths.filter { path in access(path, F_OK) == 0 }.map { ReadOnlyBind($0) }
  }

  /// Caches in `/tmp`, no programs started by a document, and no date in the result.
  public var variables: [String: String] {
    [
      "TEXMFVAR": "/tmp/texmf-var", "TEXMFHOME": "/tmp/texmf-home", "TEXMFCONFIG": "/tmp/texmf-config",
      "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "shell_escape": "f", "openin_any": "a", "openout_any": "p",
      "max_print_line": "1000",
    ]
  }
}
