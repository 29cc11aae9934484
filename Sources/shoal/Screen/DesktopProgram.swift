import Glibc

/// Desktop programs of the user: the editor and the viewer.
enum DesktopProgram {
  /// Starts a program, looked up in PATH.
  /// - Returns: its process; nil if it is not installed.
  static func start(_ words: [String]) -> pid_t? {
    // This process keeps signals blocked for its main thread; the program must not inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let copies: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    var process = pid_t()
    return posix_spawnp(&process, words[0], nil, &attributes, copies, environ) == 0 ? process : nil
  }
}
