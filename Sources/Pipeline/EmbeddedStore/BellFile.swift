internal import CLinux
internal import Glibc

/// `DIR/bell`: a process writes eight bytes into it after a commit that other processes wait for, and inotify wakes
/// them.
///
/// The bytes name the writer, so that a store does not wake itself by its own bell. No wake-up is lost: a writer
/// wakes its own waiters after it writes, which also covers any earlier ring that its bytes overwrote.
final class BellFile: Sendable {
  private let bell: Int32
  private let watch: Int32
  private let kick: Int32
  private let own: UInt64

  init(path: String) throws(EmbeddedStoreError) {
    own = UInt64.random(in: 1 ... .max)
    let bell = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard bell >= 0 else { throw Self.failure(path) }
    let watch = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    let kick = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    guard watch >= 0, kick >= 0, inotify_add_watch(watch, path, UInt32(IN_MODIFY)) >= 0 else {
      let error = Self.failure(path)
      for descriptor in [bell, watch, kick] where descriptor >= 0 { _ = close(descriptor) }
      throw error
    }
    self.bell = bell
    self.watch = watch
    self.kick = kick
  }

  deinit { for descriptor in [bell, watch, kick] { _ = close(descriptor) } }

  /// Wakes the other processes. If it fails, their periodic check finds the change later.
  func ring() {
    var own = own
    _ = pwrite(bell, &own, 8, 0)
  }

  /// Wakes the thread in `wait`.
  func wakeWaiter() { _ = eventfd_write(kick, 1) }

  /// Blocks until another store rings, `wakeWaiter` is called, or the time is over (negative: never).
  /// - Returns: whether another store has rung.
  func wait(milliseconds: Int32) -> Bool {
    var descriptors = [
      pollfd(fd: watch, events: Int16(POLLIN), revents: 0), pollfd(fd: kick, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&descriptors, 2, milliseconds)
    var count: eventfd_t = 0
    if descriptors[1].revents != 0 { _ = eventfd_read(kick, &count) }
    guard descriptors[0].revents != 0 else { return false }
    // Drained before the bell is read, so that a later ring wakes again.
    var events = [UInt8](repeating: 0, count: 4096)
    while read(watch, &events, events.count) > 0 {}
    var last: UInt64 = 0
    return pread(bell, &last, 8, 0) != 8 || last != own
  }

  private static func failure(_ path: String) -> EmbeddedStoreError {
    let words = String(cString: strerror(errno))
    return EmbeddedStoreError(
      "\(path) can't be watched (\(words)); let this user write there, or raise fs.inotify.max_user_instances.")
  }
}
