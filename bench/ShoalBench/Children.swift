import FoundationEssentials
import Glibc

/// Starts other processes by plain system calls.
enum Children {
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  static func start(_ words: [String]) throws -> pid_t {
    var arguments = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var child = pid_t()
    guard posix_spawn(&child, words[0], &actions, nil, arguments, environ) == 0 else {
      throw Problem(description: "\(words[0]) can't be started")
    }
    return child
  }

  /// Waits for its end and requires success.
  static func end(_ child: pid_t) async throws {
    var status: Int32 = 0
    while waitpid(child, &status, WNOHANG) == 0 { try await ContinuousClock().sleep(for: .milliseconds(2)) }
    guard status == 0 else { throw Problem(description: "a child ended with \(status)") }
  }

  static func waitForFile(_ path: String) async throws {
    for _ in 0..<5000 where access(path, F_OK) != 0 { try await ContinuousClock().sleep(for: .milliseconds(2)) }
    guard access(path, F_OK) == 0 else { throw Problem(description: "\(path) never came") }
  }

  static func lines(of path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// Seconds from the start of a program to its end.
  static func time(_ words: [String]) async throws -> Double {
    let begin = seconds()
    let child = try start(words)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw Problem(description: "\(words.joined(separator: " ")) ended with \(status)") }
    return seconds() - begin
  }

  /// The resources that a program used.
  struct Use {
    let seconds: Double
    /// The largest resident memory.
    let mebibytes: Double
    /// Seconds of all processors, which say more where other processes run beside.
    let processor: Double
  }

  /// The time and the memory of a program from its start to its end, measured by a small process of our own: the most
  /// that a process ever held counts what its parent held when it was started.
  static func use(_ words: [String]) throws -> Use {
    let file = "/tmp/shoal-bench-\(getpid())-use"
    defer { unlink(file) }
    let child = try start([program, "--use", file] + words)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw Problem(description: "\(words.joined(separator: " ")) ended with \(status)") }
    let numbers = try lines(of: file).compactMap { Double($0) }
    guard numbers.count == 3 else { throw Problem(description: "\(file) has no three numbers") }
    return Use(seconds: numbers[0], mebibytes: numbers[1], processor: numbers[2])
  }

  private static var program: String { CommandLine.arguments[0] }

  /// The process that measures another one: `shoal-bench --use FILE WORDS…`.
  static func measure(_ words: [String]) throws {
    let begin = seconds()
    let child = try start(Array(words.dropFirst(3)))
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
    let time = seconds() - begin
    guard status == 0 else { throw Problem(description: "\(words.joined(separator: " ")) ended with \(status)") }
    let processor = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    let text = "\(time)\n\(Double(usage.ru_maxrss) / 1024)\n\(processor)\n"
    try text.write(toFile: words[2], atomically: true, encoding: .utf8)
  }

  /// Resident memory of a process, in MiB.
  static func resident(_ process: pid_t) throws -> Double {
    for line in try lines(of: "/proc/\(process)/status") where line.hasPrefix("VmRSS:") {
      return (Double(line.filter(\.isNumber)) ?? 0) / 1024
    }
    throw Problem(description: "process \(process) is gone")
  }
}
