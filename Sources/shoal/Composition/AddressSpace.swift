import Glibc
import Operations

/// The address space that this process may use (`ulimit -v`).
enum AddressSpace {
  /// What threads, stores and libraries of a worker reserve, with room to spare: a process with less fails in places
  /// that can't report it.
  private static let least: UInt = 1 << 30

  /// Whether the process may use as much as it needs.
  static var suffices: Bool { limit.map { $0 >= least } ?? true }

  /// - Throws: `OperationError` if the process is limited to less than it needs.
  static func check() throws {
    guard let limit, limit < least else { return }
    throw OperationError(
      "The address space of this process is limited to \(limit >> 20) MiB, and Shoal needs \(least >> 20) MiB. "
        + "Raise the limit: `ulimit -v unlimited`.")
  }

  /// The limit in bytes; nil if it is not known.
  private static var limit: UInt? {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 ? UInt(limit.rlim_cur) : nil
  }
}
