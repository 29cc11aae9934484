import Glibc
import Operations

/// The address space that this process may use (`ulimit -v`).
enum AddressSpace {
  /// What threads, stores and libraries of a worker reserve, with room to spare: a process with less fails in places
  /// that can't report it.
  private static let least: UInt = 1 << 30

  /// - Throws: `OperationError` if the process is limited to less than it needs.
  static func check() throws {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < least else { return }
    throw OperationError(
      "The address space of this process is limited to \(limit.rlim_cur >> 20) MiB, and Shoal needs "
        + "\(least >> 20) MiB. Raise the limit: `ulimit -v unlimited`.")
  }
}
