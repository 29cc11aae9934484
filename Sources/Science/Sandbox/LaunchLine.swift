/// The words that start a job: limits, then the user, then the container, then the init, then the job's own command.
///
/// Each program replaces the one before it, so the child's number stays that of the container's outer process.
struct LaunchLine {
  /// The numbers at which the init and the container find their descriptors.
  enum Descriptor {
    /// The init says that it stands.
    static let ready: Int32 = 3
    /// The init waits here for leave to start the command.
    static let go: Int32 = 4
    /// bubblewrap tells the number of the init's process.
    static let information: Int32 = 5
    /// bubblewrap reads the filter on system calls.
    static let filter: Int32 = 6
  }

  /// Process 1 of the container. It starts nothing before it is told to: by then it is being watched, and dies with its
  /// parent. Afterwards (or on SIGTERM, which only the outside can send it with effect on the rest) it kills all that
  /// is left and waits for it, because processor time counts only what was waited for.
  /// When the machine's memory runs out all the same, the kernel is to end the job first.
  static let initScript = """
    trap : TERM
    echo 1000 > /proc/self/oom_score_adj
    echo ready >&3
    read -r go <&4 && [ "$go" = go ] || exit 97
    exec 3>&- 4<&- 5>&- 6<&-
    "$@" &
    wait $!
    status=$?
    round=0
    while kill -KILL -1; set -- /proc/[0-9]*; [ $# -gt 1 ] && [ $round -lt 1000 ]; do
      (:)
      round=$((round + 1))
    done 2>/dev/null
    exit $status
    """

  /// Without a container there is no process 1: only the command is waited for.
  static let uncontainedScript = """
    echo ready >&3
    read -r go <&4 && [ "$go" = go ] || exit 97
    exec 3>&- 4<&-
    "$@"
    exit $?
    """

  var tools: SandboxTools
  var job: SandboxJob
  var folder: JobFolder.Paths
  /// The user to become; nil when the caller is not root.
  var user: UInt32?
  var searchPath: String

  /// The whole line for a contained job.
  func contained(_ host: HostLayout) -> [String] {
    var words = limited
    words += [
      tools.bubblewrap, "--unshare-user", "--disable-userns", "--unshare-all", "--as-pid-1", "--die-with-parent",
      "--new-session", "--hostname", "shoal", "--clearenv", "--info-fd", "\(Descriptor.information)", "--seccomp",
      "\(Descriptor.filter)",
    ]
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) { words += ["--setenv", name, value] }
    words += host.binds + ["--proc", "/proc", "--dev", "/dev"]
    for device in job.devices { words += ["--dev-bind", device.hostPath, device.sandboxPath] }
    // What can be written: these three, all of the same limited disk. bubblewrap's own /, /dev and /dev/shm are
    // file systems in memory without a limit.
    words += ["--bind", folder.temporary, "/tmp", "--bind", folder.shared, "/dev/shm"]
    words += ["--bind", folder.work, Sandbox.jobFolder]
    for input in job.inputs { words += ["--ro-bind", input.hostPath, input.sandboxPath] }
    words += ["--remount-ro", "/dev", "--remount-ro", "/"]
    let start = job.workingDirectory.isEmpty ? "" : "/\(job.workingDirectory)"
    words += ["--chdir", Sandbox.jobFolder + start, "--"]
    // A user's processes are counted apart in each user namespace, so a user with many processes elsewhere (the caller
    // himself) can only be limited from within.
    if user == nil { words += [tools.limiter, "--nproc=\(processes)", "--"] }
    return words + [tools.shell, "-c", Self.initScript, "init"] + job.command
  }

  /// The whole line for a job that is only limited.
  func uncontained() -> [String] {
    limited + [tools.shell, "-c", Self.uncontainedScript, "init"] + job.command
  }

  /// What the job finds in its environment.
  var environment: [String: String] {
    [
      "PATH": searchPath, "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "TZ": "UTC", "USER": "shoal",
      "LOGNAME": "shoal",
    ].merging(job.environment) { $1 }
  }

  /// bubblewrap's two processes and the init need room too.
  private var processes: Int { job.limits.processes + 3 }

  /// The limits, and the user that can't lift them.
  private var limited: [String] {
    let limits = job.limits
    let seconds = max(1, limits.cpuTime.components.seconds)
    var words = [tools.limiter, "--core=0", "--msgqueue=0", "--cpu=\(seconds + 1):\(seconds + 2)"]
    words += ["--fsize=\(limits.fileBytes)", "--nofile=\(limits.openFiles)"]
    if let bytes = limits.addressSpaceBytes { words.append("--as=\(bytes)") }
    guard let user else { return words + ["--"] }
    return words + [
      "--nproc=\(processes)", "--", tools.userChanger, "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups",
      "--no-new-privs", "--bounding-set", "-all", "--inh-caps", "-all",
    ]
  }
}
