import CommandTable
import Glibc

/// Keeps keys out of workers that only execute contained code. Such a process first executes itself again, with an
/// environment that holds only what its store and its message log need, and without any descriptor that its parent left
/// open. What was never in a process can't be taken from it, not even by code that broke out.
enum Isolation {
  /// The variable that marks a process as executed again.
  static let mark = "SHOAL_ISOLATED"

  /// The variables that every worker may have.
  private static let common: Set<String> = [
    mark, "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TZ", "TMPDIR", "TERM",
    "NO_COLOR", "COLUMNS", "LD_LIBRARY_PATH", "LD_PRELOAD", "SWIFT_BACKTRACE", "ASAN_OPTIONS", "TSAN_OPTIONS",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "SHOAL_DATA", "SHOAL_PYTHON", "SHOAL_BROKERS", "SHOAL_STORE", "SHOAL_KILL_AT",
    "SHOAL_NVIDIA_ROOT",
  ]
  /// The variables that connect a worker to its message log.
  private static let ofLog = Set(
    [
      "TOPIC_PREFIX", "SECURITY_PROTOCOL", "SASL_MECHANISM", "USERNAME", "PASSWORD", "PASSWORD_FILE", "CA",
      "CERTIFICATE", "KEY",
      "KEY_PASSWORD", "KEY_PASSWORD_FILE", "OIDC_TOKEN_ENDPOINT", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET",
      "OIDC_CLIENT_SECRET_FILE", "OIDC_SCOPE",
    ].map { "SHOAL_KAFKA_\($0)" })
  /// The variables that connect a worker to its bucket.
  private static let ofBucket: Set<String> = [
    "SHOAL_S3_ENDPOINT", "SHOAL_S3_REGION", "SHOAL_S3_CA", "SHOAL_S3_PATH_STYLE", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE",
  ]

  /// Executes this process again if it is a worker for runs alone and has more variables or descriptors than it needs.
  /// Call it before any other thread exists. Errors in the command line are left to the parser.
  /// - Returns: the error if that is not possible; such a worker must not continue.
  static func enter(_ words: [String]) -> String? {
    guard case .run(let invocation)? = try? CommandList.program.parse(words),
      Array(invocation.path.dropFirst()) == [WorkerCommand.entry.command.name],
      let work = try? WorkerCommand.work(invocation), work.isOnlyRuns
    else { return nil }
    guard let given = environment() else { return "its environment can't be read in /proc" }
    let settings = (try? FileInput.read(Settings.absolute("shoal.yaml"), limit: 1 << 20)).map {
      String(decoding: $0, as: UTF8.self)
    }
    let kept = allowed(given, words: words, settings: settings ?? "")
    if kept == given, given[mark] != nil { return nil }
    return startAgain(kept.merging([mark: "1"]) { $1 })
  }

  /// The variables that a worker for runs keeps.
  /// - Parameters:
  ///   - words: its command line.
  ///   - settings: the text of its `shoal.yaml`.
  static func allowed(_ given: [String: String], words: [String], settings: String) -> [String: String] {
    let places = words + [given["SHOAL_BROKERS"].map { "--brokers=\($0)" } ?? "", given["SHOAL_STORE"] ?? ""]
    let hasLog = settings.contains("brokers:") || places.contains { $0.hasPrefix("--brokers") }
    let hasBucket = settings.contains("s3://") || places.contains { $0.contains("s3://") }
    return given.filter { name, _ in
      common.contains(name) || (hasLog && ofLog.contains(name)) || (hasBucket && ofBucket.contains(name))
    }
  }

  /// The environment that this process was started with; nil if the system does not say.
  private static func environment() -> [String: String]? {
    guard let bytes = try? FileInput.read("/proc/self/environ", limit: 16 << 20) else { return nil }
    var found: [String: String] = [:]
    for entry in bytes.split(separator: 0) {
      let text = String(decoding: entry, as: UTF8.self)
      if let sign = text.firstIndex(of: "=") { found[String(text[..<sign])] = String(text[text.index(after: sign)...]) }
    }
    return found
  }

  private static func startAgain(_ environment: [String: String]) -> String {
    closeOnStart()
    let variables: [UnsafeMutablePointer<CChar>?] =
      environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    var path = [CChar](repeating: 0, count: 4096)
    if readlink("/proc/self/exe", &path, path.count - 1) > 0 { execve(path, CommandLine.unsafeArgv, variables) }
    // The file may have been renamed or removed by now.
    execve("/proc/self/exe", CommandLine.unsafeArgv, variables)
    return "it can't be started again: \(String(cString: strerror(errno)))"
  }

  /// Closes, at exec, every descriptor that the parent left open.
  private static func closeOnStart() {
    guard let folder = opendir("/proc/self/fd") else { return }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let number = Int32(name), number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
    }
  }
}
