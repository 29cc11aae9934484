/// Why a child process could not be started.
public enum ChildProcessError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The task was cancelled before anything was started.
  case cancelled
  /// The command can't be expressed to the system; the text is the fault.
  case unusable(String)
  /// The program could not be started, for the reason of this `errno`.
  case notStarted(program: String, code: Int32)
  /// The system refused something that watching a child needs (a pipe, a descriptor, a thread).
  case system(call: String, code: Int32)

  /// One sentence with the cause and what to do.
  public var description: String {
    switch self {
    case .cancelled: "The task was cancelled before the program was started; nothing has to be undone."
    case .unusable(let reason): "The command can't be run: \(reason); correct it."
    case .notStarted(let program, let code):
      "\(program) could not be started: \(errorText(code)); install it or correct its path."
    case .system(let call, let code):
      "Starting a program failed in \(call): \(errorText(code)); raise the limits on processes and open files."
    }
  }
}
