import Glibc

/// The command line that starts a job: limits, then the user, then the container, then the init, then the job's own
/// command.
///
/// Each program replaces the one before it, so the child's process number stays that of the container's outer process.
struct LaunchLine {
  /// The descriptor numbers in the init and the container.
  enum Descriptor {
    /// The init reports that it is running.
    static let ready: Int32 = 3
    /// The init waits here for permission to start the command.
    static let go: Int32 = 4
    /// bubblewrap writes the process number of the init.
    static let information: Int32 = 5
    /// bubblewrap reads the filter on system calls.
    static let filter: Int32 = 6
  }

  /// Process 1 of the container. It starts nothing before it gets permission: by then it is being watched, and dies
  /// with its parent. Afterwards (or on SIGTERM, which only a process outside can send to it) it kills all other
  /// processes and waits for them, because processor time counts only processes that were waited for. If the machine's
  /// memory runs out all the same, the kernel is to end the job first.
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

  /// Without a container there is no process 1: the script waits only for the command.
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
  /// The user to become; nil if the caller is not root.
  var user: UInt32?
  var searchPath: String

  /// The command line of a contained job.
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
    // All writable folders, on the same limited disk. bubblewrap's own /, /dev and /dev/shm are file systems in memory
    // without a limit.
    words += ["--bind", folder.temporary, "/tmp", "--bind", folder.shared, "/dev/shm"]
    words += ["--bind", folder.work, Sandbox.jobFolder]
    for input in job.inputs { words += ["--ro-bind", input.hostPath, input.sandboxPath] }
    words += ["--remount-ro", "/dev", "--remount-ro", "/"]
    let start = job.workingDirectory.isEmpty ? "" : "/\(job.workingDirectory)"
    words += ["--chdir", Sandbox.jobFolder + start, "--"]
    // The kernel counts a user's processes separately in each user namespace, so the processes of a user who has many
    // elsewhere (such as the caller) can only be limited from within.
    if user == nil { words += [tools.limiter, "--nproc=\(processes)", "--"] }
    return words + [tools.shell, "-c", Self.initScript, "init"] + job.command
  }

  /// The command line of a job that is limited but not contained.
  func uncontained() -> [String] {
    limited + [tools.shell, "-c", Self.uncontainedScript, "init"] + job.command
  }

  /// The job's environment variables.
  var environment: [String: String] {
    [
      "PATH": searchPath, "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "TZ": "UTC", "USER": "shoal",
      "LOGNAME": "shoal",
    ].merging(job.environment) { $1 }
  }

  /// bubblewrap's two processes and the init count too.
  private var processes: Int { Self.granted(job.limits.processes + 3, __RLIMIT_NPROC) }

  /// A limit, or less if this process is held to less: only a privileged process may raise what it was given.
  private static func granted(_ wanted: Int, _ resource: __rlimit_resource) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return wanted }
    return limit.rlim_max < UInt(wanted) ? Int(limit.rlim_max) : wanted
  }

  /// Sets the limits, and changes to the user, who can't lift them.
  private var limited: [String] {
    let limits = job.limits
    let seconds = max(1, limits.cpuTime.components.seconds)
    let cpu = Self.granted(Int(seconds) + 2, RLIMIT_CPU)
    var words = [tools.limiter, "--core=0", "--msgqueue=0", "--cpu=\(min(Int(seconds) + 1, cpu)):\(cpu)"]
    words.append("--fsize=\(Self.granted(limits.fileBytes, RLIMIT_FSIZE))")
    words.append("--nofile=\(Self.granted(limits.openFiles, RLIMIT_NOFILE))")
    if let bytes = limits.addressSpaceBytes { words.append("--as=\(Self.granted(bytes, RLIMIT_AS))") }
    guard let user else { return words + ["--"] }
    return words + [
      "--nproc=\(processes)", "--", tools.userChanger, "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups",
      "--no-new-privs", "--bounding-set", "-all", "--inh-caps", "-all",
    ]
  }
}
