import FoundationEssentials
import Glibc
import Log
import Testing

extension LogKey {
  static let paper = LogKey("paper")
  static let cost = LogKey("cost.nano")
  static let token = LogKey("token", isSecret: true)
}

/// A file that lines are logged to, and the lines in it.
final class Lines: Sendable {
  private let path = FileManager.default.temporaryDirectory.path + "/log-tests-" + UUID().uuidString
  let descriptor: Int32
  let sink: LogSink

  init() {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0o600)
    sink = LogSink(descriptor: descriptor)
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  var all: [String] {
    get throws {
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().map { String($0) }
    }
  }

  func logger(_ format: LogFormat, level: LogLevel = .info) -> Logger {
    Logger(sink: sink, format: format, level: level, clock: { 1_767_323_045_678_900_000 })
  }
}

@Suite struct LogTests {
  let lines = Lines()

  private func object(_ line: String) throws -> [String: JSON] {
    try JSONDecoder().decode([String: JSON].self, from: Data(line.utf8))
  }

  enum JSON: Decodable, Equatable {
    case text(String), number(Double), bool(Bool)
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  @Test func `a line of text has its time, level, message and metadata`() throws {
    lines.logger(.text).with([.paper: "p 1"]).warning("call repeated", [.cost: 15, .token: "sk-123"])
    #expect(
      try lines.all == [#"2026-01-02T03:04:05.678Z WARNING call repeated paper="p 1" cost.nano=15 token=[redacted]"#])
  }

  @Test func `a line of JSON has the same`() throws {
    lines.logger(.json).with([.paper: "p1"]).info("paper finished", [.cost: 0.5, .paper: "p2"])
    let line = try #require(try lines.all.first)
    #expect(
      try object(line) == [
        "time": .text("2026-01-02T03:04:05.678Z"), "level": .text("info"), "message": .text("paper finished"),
        "paper": .text("p2"), "cost.nano": .number(0.5),
      ])
  }

  @Test func `levels below the wanted one are neither written nor computed`() throws {
    func expensive() -> LogValue {
      Issue.record("computed")
      return ""
    }
    lines.logger(.text, level: .error).warning("not written", [.paper: expensive()])
    lines.logger(.text, level: .error).error("written")
    #expect(try lines.all.count == 1)
    #expect(LogLevel(name: "warning") == .warning)
    #expect(LogLevel(name: "loud") == nil)
  }

  @Test(arguments: [LogFormat.text, .json])
  func `a secret is never written`(format: LogFormat) throws {
    let logger = lines.logger(format).with([.token: "sk-123"])
    logger.info("one")
    logger.info("two", [.token: "sk-456", .paper: .redacted])
    logger.info("three", [LogKey("token"): "sk-789"])
    #expect(try lines.all.allSatisfy { !$0.contains("sk-") && $0.contains("[redacted]") })
  }

  @Test(arguments: [LogFormat.text, .json])
  func `no value can begin a line, move the cursor or turn the writing`(format: LogFormat) throws {
    let nasty = "a\nb\r\u{1b}[2J\u{0}\u{7f}\u{9b}\u{202e}\u{2028}\"\\é漢"
    lines.logger(format).info("nasty", [.paper: .string(nasty)])
    let all = try lines.all
    #expect(all.count == 1)
    #expect(all[0].unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) })
    #expect(!all[0].unicodeScalars.contains("\u{202e}"))
    if format == .json { #expect(try object(all[0])["paper"] == .text(nasty)) }
  }

  @Test(arguments: [LogFormat.text, .json])
  func `lines have a limit and stay readable`(format: LogFormat) throws {
    let long = LogValue.string(String(repeating: "\u{1}é", count: 100_000))
    lines.logger(format).info("long", [.paper: long, .cost: 7, LogKey("more"): long])
    let line = try #require(try lines.all.first)
    #expect(line.utf8.count < 8192)
    #expect(line.contains("truncated"))
    if format == .json { #expect(try object(line)["cost.nano"] == .number(7)) }
  }

  @Test func `numbers that JSON has not are text`() throws {
    lines.logger(.json).info("odd", [.cost: .number(.nan), .paper: .number(-.infinity)])
    let line = try #require(try lines.all.first)
    #expect(try object(line)["paper"] == .text("-inf"))
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999Z"),
  ])
  func `times are right around leap days and before 1970`(nanoseconds: Int64, text: String) throws {
    Logger(sink: lines.sink, format: .text, clock: { nanoseconds }).info("x")
    #expect(try lines.all[0].hasPrefix(text))
  }

  @Test func `lines of many tasks are never mixed`() async throws {
    let logger = lines.logger(.json)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<250 { logger.info("busy", [.paper: .string(String(repeating: "\(task)", count: 1000))]) }
        }
      }
    }
    let all = try lines.all
    #expect(all.count == 2000)
    for line in all { #expect(try object(line)["message"] == .text("busy")) }
    #expect(lines.sink.droppedLineCount == 0)
  }

  @Test func `a line that cannot be written is counted`() {
    let readOnly = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(readOnly) }
    let sink = LogSink(descriptor: readOnly)
    Logger(sink: sink, format: .text, clock: { 0 }).info("lost")
    #expect(sink.droppedLineCount == 1)
  }
}
