import ChildProcesses
import Glibc

/// Derives how a job ended from what the kernel, the limits and the watch each observed.
enum JobEnd {
  /// How the job ended, or nil if its command was never started.
  static func judge(
    _ child: ChildReport, isReady: Bool, excess: SandboxReport.End?, cpuTime: Duration, limits: SandboxLimits,
    isDiskFull: Bool
  ) -> SandboxReport.End? {
    if let excess { return excess }
    switch child.stopped {
    case .timeLimit: return .timedOut
    case .outputFlood: return .outputFlood
    case .cancelled: return .cancelled
    case .requested, nil: break
    }
    guard isReady else { return nil }
    let signal: Int32
    switch child.end {
    case .exited(0): return .exited(0)
    case .exited(let status) where status <= 128: return isDiskFull ? .diskExceeded : .exited(status)
    case .exited(let status): signal = status - 128
    case .signalled(let number): signal = number
    }
    let used = max(cpuTime, child.userTime + child.systemTime)
    switch signal {
    case SIGXCPU: return .cpuExceeded
    case SIGKILL where used >= limits.cpuTime: return .cpuExceeded
    case SIGXFSZ: return .diskExceeded
    default: return isDiskFull ? .diskExceeded : .signalled(signal)
    }
  }
}
