import Glibc

extension Sandbox {
  /// How jobs are contained on this machine.
  public struct Configuration: Sendable {
    /// What stands between a job and the machine.
    public enum Containment: Sendable, Equatable {
      /// Namespaces, a user of its own, limits and a filter on system calls.
      case bubblewrap
      /// Nothing but limits on resources: the job can read the caller's files and use the network. Only for a person
      /// who asked for it by a flag with an alarming name.
      case none
    }
    /// How the size of a job's files is limited.
    public enum DiskLimiting: Sendable, Equatable {
      /// A file system in memory of that size where it can be mounted (which takes root); otherwise by watching.
      case automatic
      /// By watching, for jobs with more data than memory.
      case watched
    }
    /// What stands between a job and the machine.
    public var containment = Containment.bubblewrap
    /// How the size of a job's files is limited.
    public var diskLimiting = DiskLimiting.automatic
    /// Where job folders live. Other users must be able to pass through its parents.
    public var scratchFolder: String
    /// Where the locks of the user pool live, shared by all processes of this machine that use the same users.
    public var lockFolder: String
    /// As root, one of these users for each job that runs; no account, file or service may use them otherwise.
    public var users: ClosedRange<UInt32> = 65_001...65_064
    /// Where the job's programs are looked for inside.
    public var searchPath = "/usr/local/bin:/usr/bin:/bin"

    /// Places that suit the calling user.
    public init() {
      let user = geteuid()
      scratchFolder = user == 0 ? "/var/tmp/shoal-jobs" : "/var/tmp/shoal-jobs-\(user)"
      lockFolder = user == 0 ? "/run/shoal" : scratchFolder
    }
  }
}
