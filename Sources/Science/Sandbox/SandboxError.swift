import ChildProcesses

/// Why a job was not run. Nothing of it was executed, unless the case says so.
public enum SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Foreign code can't be contained on this machine as it is; the text says why.
  case notContained(String)
  /// The job's description is invalid.
  case unusableJob(String)
  /// A file could not be written to the job folder.
  case staging(path: String, code: Int32)
  /// All users of the pool run jobs already.
  case noFreeUser
  /// The GPUs of this machine can't be used as requested; the text says why and what to do.
  case gpu(String)
  /// All GPUs of this process are in use.
  case noFreeGPU
  /// The job's container did not start; the text is the output of its programs.
  case notLaunched(String)
  /// The execution record could not be written; the job may have run if `afterwards` is true.
  case record(path: String, code: Int32, afterwards: Bool)
  /// The system refused a call that a job needs.
  case system(call: String, code: Int32)
  /// Processes of the job were still there some seconds after they had been killed.
  case survivors
  /// The task was cancelled before the job was started.
  case cancelled

  /// What the error says about the job.
  public enum Blame: Sendable {
    /// The job as it is can't be run anywhere.
    case job
    /// This machine fails, whatever the job.
    case machine
    /// Others use what the job needs; it runs later.
    case crowd
    /// Not known: the job may run later.
    case unknown
  }

  public var blame: Blame {
    switch self {
    case .unusableJob, .staging: .job
    case .notContained, .gpu, .record, .system: .machine
    case .noFreeUser, .noFreeGPU: .crowd
    case .notLaunched, .survivors, .cancelled: .unknown
    }
  }

  /// One sentence that says what to do.
  public var description: String {
    switch self {
    case .notContained(let reason): "Foreign code can't be contained here: \(reason); run `shoal doctor`."
    case .unusableJob(let reason): "The job can't be run: \(reason)."
    case .staging(let path, let code):
      "\(path) could not be put into the job folder: \(errorText(code)); make it smaller or raise the job's limits."
    case .noFreeUser: "All users for sandboxed jobs are taken; run fewer jobs at once or widen the range of users."
    case .gpu(let reason): "No GPU can be used as was asked: \(reason)."
    case .noFreeGPU:
      "All GPUs of this worker are taken, or withheld after a run that could not be ended; start it anew if that stays."
    case .notLaunched(let text): "The sandbox did not start: \(text); run `shoal doctor`."
    case .record(let path, let code, let afterwards):
      "The execution record \(path) could not be written\(afterwards ? " after a job had run" : ""): "
        + "\(errorText(code)); make room or correct its path."
    case .system(let call, let code): "The sandbox failed in \(call): \(errorText(code)); run `shoal doctor`."
    case .survivors: "Processes of a job did not die when killed; look for a hung disk or driver on this machine."
    case .cancelled: "The task was cancelled before the job was started."
    }
  }
}
