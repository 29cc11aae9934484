import ChildProcesses
public import PaperModel

/// The sandbox as handlers and roles use it: runs contained programs with files from the blob store, and settles lost
/// attempts.
public struct ContainedRunner: ProgramRunner, Settlements {
  public let sandbox: Sandbox
  private let python: PythonEnvironment
  private let book: ExecutionBook
  private let gpus: GPUPool?
  private let beat: @Sendable (StreamID) -> Void

  /// Creates a runner.
  /// - Parameters:
  ///   - executionFolder: where the sandbox keeps its own record of executions.
  ///   - gpus: for programs that need one; nil if this process has none.
  ///   - beat: called now and then while a program of a stream runs, from the sandbox's own thread.
  /// - Throws: `SandboxError` if the folder can't be made.
  public init(
    _ sandbox: Sandbox, python: PythonEnvironment, executionFolder: String, gpus: GPUPool? = nil,
    beat: @escaping @Sendable (StreamID) -> Void = { _ in }
  ) throws(SandboxError) {
    self.beat = beat
    self.sandbox = sandbox
    self.python = python
    self.gpus = gpus
    book = try ExecutionBook(folder: executionFolder)
  }

  /// Runs a program to its end.
  /// - Throws: `Failure` if nothing of the program was executed; `FailedStep` with its cost if the task was cancelled,
  ///   its processes outlived their end, or its results could not be kept.
  public func run(
    _ program: ContainedProgram, for attempt: StepAttempt, prices: Prices, blobs: any BlobStore
  ) async throws -> Settled<ProgramOutcome> {
    let files = try await staged(program, blobs)
    let lease = try await lease(for: program)
    defer { lease?.end() }
    let page: ExecutionBook.Page
    do {
      guard let opened = try book.open(attempt, program, prices) else {
        throw Failure(
          kind: "sealedAttempt", "\(attempt) was given up by a successor of this worker, and is not launched.",
          retryability: .transient)
      }
      page = opened
    } catch let error as SandboxError { throw await failure(error) }
    var job = self.job(program, files: files) { used in
      page.note(cpuNanoseconds: used.cpuTime.nanoseconds, wallNanoseconds: used.wallTime.nanoseconds)
      beat(attempt.stream)
    }
    lease?.access.open(&job, isContained: sandbox.configuration.containment != .none)
    let report: SandboxReport
    do { report = try await sandbox.run(job) } catch {
      guard error == .survivors else { throw await failure(error) }
      lease?.withhold()
      throw FailedStep(await failure(error), charge: page.charge(of: program, at: prices))
    }
    page.close(cpuNanoseconds: report.cpuTime.nanoseconds, wallNanoseconds: report.wallTime.nanoseconds)
    let charge = page.charge(of: program, at: prices)
    if report.end == .cancelled {
      throw FailedStep(
        Failure(kind: "calledOff", "The program was called off.", retryability: .transient), charge: charge)
    }
    do { return Settled(try await outcome(report, program, blobs), charge: charge) } catch {
      throw FailedStep(resultLost: error, charge: charge)
    }
  }

  /// The cost of a lost attempt, once none of its processes runs any more.
  public func finalCharge(of attempt: StepAttempt) async throws -> Charge? {
    // The book would seal an attempt that it never saw, and call a lost call of a language model free.
    guard attempt.step.isContained else { return nil }
    do {
      switch try book.settle(attempt) {
      case .sealed: return Charge.none
      case .running: return nil
      case .used(let charge): return charge
      }
    } catch { throw await failure(error) }
  }

  /// An exclusive GPU for a program that needs one.
  private func lease(for program: ContainedProgram) async throws -> GPULease? {
    guard program.device == .gpu else { return nil }
    guard let gpus else {
      throw Failure(
        kind: "noGPU", "The program needs a GPU, and this worker has none.",
        advice: "Start `shoal worker --stages run.gpu` on a machine with a GPU.", retryability: .transient)
    }
    do { return try gpus.lease() } catch { throw await failure(error) }
  }

  private func staged(_ program: ContainedProgram, _ blobs: any BlobStore) async throws -> [JobFile] {
    var files: [JobFile] = []
    for file in program.files.files {
      guard FileTree.isPath(file.path) else {
        throw Failure(kind: "badPath", "“\(file.path)” can't be the path of a file in a job.")
      }
      files.append(JobFile(path: file.path, bytes: try await blobs.bytes(of: file.blob)))
    }
    return files
  }

  private func job(
    _ program: ContainedProgram, files: [JobFile], meter: @escaping @Sendable (MeterReading) -> Void
  ) -> SandboxJob {
    var limits = SandboxLimits()
    limits.wallTime = .seconds(program.timeLimitSeconds)
    limits.cpuTime = .seconds(program.timeLimitSeconds)
    limits.memoryBytes = program.memoryLimitMebibytes << 20
    limits.diskBytes = program.diskLimitMebibytes << 20
    limits.fileBytes = min(limits.fileBytes, limits.diskBytes)
    let wanted = program.collects
    let rules = CollectRules { path in wanted.contains { path == $0 || path.hasPrefix($0 + "/") } }
    var job = SandboxJob(command: program.command, files: files, limits: limits, collect: rules, meter: meter)
    switch program.toolchain {
    case .python:
      job.command = [python.interpreter] + program.command
      job.inputs = python.inputs
      job.environment = program.device == .gpu ? python.gpuVariables : python.variables
    case .latex:
      job.inputs = TeXEnvironment().inputs
      job.environment = TeXEnvironment().variables
    case .pdf: break
    }
    return job
  }

  private func outcome(
    _ report: SandboxReport, _ program: ContainedProgram, _ blobs: any BlobStore
  ) async throws -> ProgramOutcome {
    var files: [FileTree.File] = []
    for file in report.files { files.append(FileTree.File(path: file.path, blob: try await blobs.keep(file.bytes))) }
    var status: Int?
    if case .exited(let code) = report.end { status = Int(code) }
    return ProgramOutcome(
      exitStatus: status, stopped: report.end.stopped(by: program), limit: report.end.limit,
      output: report.outputTail, errors: report.errorsTail, files: FileTree(files),
      findings: CollectionFinding.lines(report.findings))
  }

  /// The failure that a step records. Nothing was executed if the machine is to blame.
  private func failure(_ error: SandboxError) async -> Failure {
    switch error.blame {
    case .job: return Failure(kind: "sandbox", "\(error)")
    case .machine: return .ofMachine("\(error)")
    case .crowd: return Failure(kind: "sandbox", "\(error)", retryability: .later(afterSeconds: 10))
    case .unknown:
      if case .notLaunched = error, await !sandbox.launchesTrial() { return .ofMachine("\(error)") }
      return Failure(kind: "sandbox", "\(error)", retryability: .transient)
    }
  }
}

extension SandboxReport.End {
  /// The limit at which the program was stopped; nil if it was none, or one that nobody can set.
  var limit: ProgramLimit? {
    switch self {
    case .timedOut, .cpuExceeded: .time
    case .memoryExceeded: .memory
    case .diskExceeded: .disk
    default: nil
    }
  }

  /// A sentence that says why the program did not end by itself; nil if it did.
  func stopped(by program: ContainedProgram) -> String? {
    switch self {
    case .exited: nil
    case .signalled(let signal): "It died of signal \(signal)."
    case .timedOut: "It was stopped after its time limit of \(program.timeLimitSeconds) s."
    case .cpuExceeded: "It was stopped after \(program.timeLimitSeconds) s of processor time, its limit."
    case .memoryExceeded: "It was stopped at its memory limit of \(program.memoryLimitMebibytes) MiB."
    case .diskExceeded: "It was stopped at its disk limit of \(program.diskLimitMebibytes) MiB, or of files."
    case .outputFlood: "It was stopped because it printed without end."
    case .processesExceeded: "It was stopped because it started too many processes."
    case .cancelled: "It was called off."
    }
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
