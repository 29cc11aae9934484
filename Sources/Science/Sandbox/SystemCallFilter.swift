import CSeccomp
import ChildProcesses
import Glibc

/// A program for the kernel's filter that refuses system calls which no experiment needs and many attacks on the kernel
/// use.
///
/// The calls named here are refused; all others are allowed. The namespaces contain without it; it makes the kernel's
/// surface smaller, and closes what namespaces leave open: other socket families (vsock belongs to no network
/// namespace) and memory that no process has mapped (memfd, System V), which the memory watch could not see.
enum SystemCallFilter {
  private static let refused = [
    // keys, other processes, tracing
    "add_key", "keyctl", "request_key", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd",
    // mounts and namespaces
    "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "setns", "unshare", "name_to_handle_at", "open_by_handle_at",
    // large and rarely needed parts of the kernel
    "bpf", "perf_event_open", "userfaultfd", "fanotify_init", "kexec_load", "kexec_file_load", "init_module",
    "finit_module", "delete_module", "quotactl", "quotactl_fd", "acct", "swapon", "swapoff", "reboot", "syslog",
    "iopl", "ioperm", "vhangup", "lookup_dcookie", "nfsservctl", "settimeofday", "clock_settime", "clock_adjtime",
    "adjtimex", "sethostname", "setdomainname", "personality",
    // memory that outlives its mapping
    "shmget", "msgget", "semget",
  ]
  /// Answered as an old kernel would, so that libraries fall back to something else.
  private static let unknown = [
    "clone3", "io_uring_setup", "io_uring_enter", "io_uring_register", "memfd_create", "memfd_secret",
  ]
  /// mount, cgroup, UTS, IPC, user, process and network namespaces.
  private static let namespaceFlags: [UInt64] = [
    0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
  ]
  private static let terminalInput: UInt64 = 0x5412  // TIOCSTI

  /// SCMP_ACT_ALLOW and SCMP_ACT_ERRNO, which are macros.
  private static let allowed: UInt32 = 0x7fff_0000
  private static let failing: UInt32 = 0x0005_0000

  /// The filter's program, as `bwrap --seccomp` reads it.
  static func program() throws(SandboxError) -> [UInt8] {
    guard let context = seccomp_init(allowed) else {
      throw .system(call: "seccomp_init", code: ENOMEM)
    }
    defer { seccomp_release(context) }
    for name in refused { try deny(context, name, EPERM) }
    for name in unknown { try deny(context, name, ENOSYS) }
    for flag in namespaceFlags {
      try deny(context, "clone", EPERM, scmp_arg_cmp(arg: 0, op: SCMP_CMP_MASKED_EQ, datum_a: flag, datum_b: flag))
    }
    for name in ["socket", "socketpair"] {
      let isOther = scmp_arg_cmp(arg: 0, op: SCMP_CMP_NE, datum_a: UInt64(AF_UNIX), datum_b: 0)
      try deny(context, name, EAFNOSUPPORT, isOther)
    }
    // The kernel reads only the low half.
    try deny(
      context, "ioctl", EPERM,
      scmp_arg_cmp(arg: 1, op: SCMP_CMP_MASKED_EQ, datum_a: 0xffff_ffff, datum_b: terminalInput))
    return try exported(context)
  }

  private static func deny(
    _ context: UnsafeMutableRawPointer, _ name: String, _ code: Int32, _ condition: scmp_arg_cmp? = nil
  ) throws(SandboxError) {
    let number = seccomp_syscall_resolve_name(name)
    guard number != -1 else { return }  // a call that this libseccomp does not know
    let action = failing | UInt32(code)
    let conditions = condition.map { [$0] } ?? []
    let answer = conditions.withUnsafeBufferPointer {
      seccomp_rule_add_array(context, action, number, UInt32($0.count), $0.baseAddress)
    }
    guard answer == 0 else { throw .system(call: "seccomp_rule_add(\(name))", code: -answer) }
  }

  private static func exported(_ context: UnsafeMutableRawPointer) throws(SandboxError) -> [UInt8] {
    let ends = try Pipe.open()
    defer {
      close(ends.reading)
    }
    let answer = seccomp_export_bpf(context, ends.writing)  // a few KiB, less than a pipe holds
    close(ends.writing)
    guard answer == 0 else { throw .system(call: "seccomp_export_bpf", code: -answer) }
    return Pipe.readAll(ends.reading, limit: 1 << 16)
  }
}
