import Glibc

extension Sandbox {
  /// How jobs are contained on this machine.
  public struct Configuration: Sendable {
    /// How a job is isolated from the machine.
    public enum Containment: Sendable, Equatable {
      /// Namespaces, a user of its own, limits and a filter on system calls.
      case bubblewrap
      /// Only limits on resources: the job can read the caller's files and use the network. It takes a flag with an
      /// alarming name.
      case none
    }
    /// How the size of a job's files is limited.
    public enum DiskLimiting: Sendable, Equatable {
      /// A file system in memory of that size if it can be mounted (which takes root); otherwise by watching.
      case automatic
      /// By watching, for jobs with more data than memory.
      case watched
    }
    public var containment = Containment.bubblewrap
    public var diskLimiting = DiskLimiting.automatic
    /// The parent of job folders. Other users must be able to pass through its own parents.
    public var scratchFolder: String
    /// The folder for the locks of the user pool, shared by all processes of this machine that use the same users.
    public var lockFolder: String
    /// Each running job gets one of these users if Shoal runs as root; no account, file or service may use them
    /// otherwise.
    public var users: ClosedRange<UInt32> = 65_001...65_064
    /// `PATH` inside.
    public var searchPath = "/usr/local/bin:/usr/bin:/bin"

    /// Folders that suit the calling user.
    public init() {
      let user = geteuid()
      scratchFolder = user == 0 ? "/var/tmp/shoal-jobs" : "/var/tmp/shoal-jobs-\(user)"
      lockFolder = user == 0 ? "/run/shoal" : scratchFolder
    }
  }
}
