import ChildProcesses
import Glibc
import Testing

@testable import Sandbox

/// Attempts to see or touch what is not the job's.
@Suite(.serialized) struct ReachTests {
  @Test func `nothing of the host's people, keys or other jobs can be read`() async throws {
    setenv("SHOAL_PLANTED_KEY", "planted-secret-key", 1)
    let world = try SandboxWorld()
    _ = try world.sandbox()  // makes the scratch folder
    let planted = "\(world.scratch)/job-of-another"
    mkdir(planted, 0o755)
    close(open("\(planted)/secret", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644))
    guard let lock = try LockFile("\(planted).lock") else { return }  // so that it counts as a living job's
    let report = try await world.python(
      """
      import os, sys
      for path in ['/root', '/home', '/etc/shadow', '/etc/passwd', '/var', '/run', '/sys', '/mnt', '/boot', '/srv',
                   sys.argv[1], sys.argv[1] + '/secret', '/proc/1/root/etc', '/proc/self/root/../etc/shadow']:
        try:
          os.stat(path); found = os.listdir(path) if os.path.isdir(path) else open(path).read()
          if found and set(found) - {'ld.so.cache', 'alternatives', 'fonts'}: print('reached', path, found)
        except OSError: pass
      for name in os.listdir('/proc'):
        if name.isdigit():
          for part in ['environ', 'cmdline']:
            try:
              if b'planted' in open(f'/proc/{name}/{part}', 'rb').read() and part == 'environ': print('key in', name)
            except OSError: pass
      print(sorted(os.environ))
      print(sorted(set(os.listdir('/')) - {'lib32', 'lib64', 'libx32', 'sbin'}))
      print(max(int(n) for n in os.listdir('/proc') if n.isdigit()) < 50)
      """
    ) { $0.command.append(planted) }
    let held = lock.path
    #expect(entries(of: world.scratch).contains(where: { held.hasSuffix($0) }))
    let lines = report.outputTail.split(separator: "\n")
    #expect(report.errorsTail == "")
    #expect(
      lines == [
        "['HOME', 'LANG', 'LOGNAME', 'PATH', 'PWD', 'TMPDIR', 'TZ', 'USER']",
        "['bin', 'dev', 'etc', 'job', 'lib', 'proc', 'tmp', 'usr']", "True",
      ])
  }

  @Test func `a job's folder is closed to every other user of the machine`() async throws {
    guard geteuid() == 0 else { return }
    let world = try SandboxWorld()
    let scratch = try ScratchFolder(world.scratch)
    for limiting in [Sandbox.Configuration.DiskLimiting.automatic, .watched] {
      let folder = try JobFolder(in: scratch, user: 65_201, limits: SandboxLimits(), limiting: limiting)
      try folder.stage([JobFile(path: "secret", text: "x")], startingIn: "")
      let look = ChildCommand(
        "/usr/bin/setpriv",
        ["--reuid", "65202", "--regid", "65202", "--clear-groups", "cat", "\(folder.paths.work)/secret"])
      #expect(try await ChildProcess.run(look).errors.text.contains("Permission denied"))
      let list = ChildCommand(
        "/usr/bin/setpriv", ["--reuid", "65202", "--regid", "65202", "--clear-groups", "ls", world.scratch])
      #expect(try await ChildProcess.run(list).errors.text.contains("Permission denied"))
      folder.remove()
    }
  }

  @Test func `there is no network, not even the host's abstract sockets`() async throws {
    let name = "shoal-test-\(UInt64.random(in: .min ... .max))"
    let listener = abstractListener(name)
    defer { close(listener) }
    try #require(listener >= 0)
    let report = try await SandboxWorld().python(
      """
      import errno, socket, sys
      def attempt(what, family, kind, address):
        try:
          s = socket.socket(family, kind); s.settimeout(1)
          s.connect(address); s.send(b'x') if kind == socket.SOCK_DGRAM else None
          print(what, 'connected')
        except OSError as error: print(what, errno.errorcode.get(error.errno))
      attempt('tcp', socket.AF_INET, socket.SOCK_STREAM, ('1.1.1.1', 80))
      attempt('tcp-local', socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', 22))
      attempt('udp', socket.AF_INET, socket.SOCK_DGRAM, ('1.1.1.1', 53))
      attempt('tcp6', socket.AF_INET6, socket.SOCK_STREAM, ('::1', 80))
      attempt('vsock', 40, socket.SOCK_STREAM, (2, 1024))
      attempt('netlink', socket.AF_NETLINK, socket.SOCK_RAW, (0, 0))
      attempt('packet', socket.AF_PACKET, socket.SOCK_RAW, ('lo', 0))
      attempt('crypto', socket.AF_ALG, socket.SOCK_SEQPACKET, ('hash', 'sha256'))
      attempt('abstract', socket.AF_UNIX, socket.SOCK_STREAM, '\\0' + sys.argv[1])
      a, b = socket.socketpair(); a.send(b'own'); print(b.recv(3))
      """
    ) { $0.command.append(name) }
    let refused = ["tcp", "tcp-local", "udp", "tcp6", "vsock", "netlink", "packet", "crypto"]
    let expected = refused.map { "\($0) EAFNOSUPPORT" } + ["abstract ECONNREFUSED", "b'own'"]
    #expect(report.outputTail.split(separator: "\n").map(String.init) == expected)
  }

  @Test func `the kernel's doors are shut: mounts, namespaces, tracing, devices, keys`() async throws {
    let report = try await SandboxWorld().python(
      """
      import ctypes, os, platform
      libc = ctypes.CDLL(None, use_errno=True)
      x86 = platform.machine() == 'x86_64'
      def call(what, *words):
        answer = getattr(libc, what)(*words)
        if answer != -1: print(what, words, 'was allowed')
      def number(what, on_x86, on_arm, *words):
        if libc.syscall(on_x86 if x86 else on_arm, *words) != -1: print(what, 'was allowed')
      call('mount', b'none', b'/tmp', b'tmpfs', 0, None)
      call('mount', None, b'/usr', None, 32 | 4096, None)   # remount writable
      call('umount2', b'/usr', 2)
      call('umount2', b'/proc', 2)
      call('chroot', b'/tmp')
      call('unshare', 0x10000000)
      call('unshare', 0x00020000)
      call('setns', os.open('/proc/1/ns/mnt', os.O_RDONLY) if os.access('/proc/1/ns/mnt', os.R_OK) else -1, 0)
      call('ptrace', 16, 1, None, None)
      call('process_vm_readv', 1, None, 0, None, 0, 0)
      call('personality', 0x0040000)
      call('sethostname', b'x', 1)
      number('clone into a user namespace', 56, 220, 0x10000000 | 17, 0, 0, 0, 0)
      number('clone3', 435, 435, 0, 0)
      number('keyctl', 250, 219, 0, -3, 1)
      number('bpf', 321, 280, 0, 0, 0)
      number('perf_event_open', 298, 241, 0, 0, -1, -1, 0)
      number('userfaultfd', 323, 282, 0)
      number('io_uring_setup', 425, 425, 8, 0)
      number('memfd_create', 319, 279, b'x', 0)
      number('open_by_handle_at', 304, 265, 0, 0, 0)
      number('shmget', 29, 194, 0, 1 << 20, 0o1600)
      for kind in [0o060000, 0o020000]:
        try: os.mknod('/job/device', kind | 0o666, os.makedev(8, 0)); print('device made', oct(kind))
        except OSError: pass
      for path, text in [('/proc/sys/kernel/core_pattern', '|/job/x'), ('/proc/sysrq-trigger', 'b'),
                         ('/proc/sys/kernel/hostname', 'x'), ('/proc/self/oom_score_adj', '-1000'),
                         ('/proc/1/oom_score_adj', '-1000'), ('/sys/x', ''), ('/dev/x', ''), ('/x', ''), ('/etc/x', ''),
                         ('/usr/x', ''), ('/usr/bin/env', ''), ('/dev/pts/x', ''), ('/dev/mem', ''), ('/dev/sda', '')]:
        try:
          with open(path, 'w') as file: file.write(text)
          print(path, 'was written')
        except OSError: pass
      for gain in [lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0])]:
        try: gain(); print('became', os.getresuid())
        except OSError: pass
      print('done', [line for line in open('/proc/self/status') if line.startswith('CapEff')][0].split()[1])
      """)
    #expect(report.errorsTail == "")
    #expect(report.outputTail == "done 0000000000000000\n")
  }

  @Test func `programs that would give rights do not`() async throws {
    let report = try await SandboxWorld().sandbox().run(
      SandboxJob(command: [
        "sh", "-c", "unshare -U id; unshare -r id; bwrap --ro-bind / / id; su -c id; sudo -n id; exit 0",
      ]))
    #expect(!report.outputTail.contains("uid="))
  }

  @Test func `a job can't name process 1 to its own advantage`() async throws {
    let report = try await SandboxWorld().python(
      """
      import os, resource, signal
      os.kill(1, signal.SIGSTOP); os.kill(1, signal.SIGKILL); os.kill(1, signal.SIGHUP)
      try:
        open('/proc/1/mem', 'r+b'); print('memory of process 1 opened')
      except OSError: pass
      try:
        resource.prlimit(1, resource.RLIMIT_NOFILE, (5000, 5000)); print('limit of process 1 raised')
      except (OSError, ValueError): pass
      print('alive')
      """)
    #expect(report.outputTail.hasSuffix("alive\n"))
    #expect(!report.outputTail.contains("raised"))
    #expect(report.end == .exited(0))
  }
}

/// A listening socket in the host's abstract namespace.
private func abstractListener(_ name: String) -> Int32 {
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { path in
    path.copyBytes(from: [0] + Array(name.utf8))
  }
  let length = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
  let answer = withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
  }
  guard answer == 0, listen(descriptor, 5) == 0 else {
    close(descriptor)
    return -1
  }
  return descriptor
}
