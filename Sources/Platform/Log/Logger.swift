/// Writes structured lines: a message that never varies, and metadata that does.
///
/// Safe to share; a line costs one write call on the caller's thread.
public struct Logger: Sendable {
  /// Nanoseconds since 1970, UTC.
  public typealias Clock = @Sendable () -> Int64

  /// Lines below this level are not written.
  public var level: LogLevel
  private let sink: LogSink
  private let format: LogFormat
  private let clock: Clock
  private var context: [(LogKey, LogValue)] = []

  /// A logger that writes to the sink.
  public init(sink: LogSink, format: LogFormat, level: LogLevel = .info, clock: @escaping Clock) {
    self.sink = sink
    self.format = format
    self.level = level
    self.clock = clock
  }

  /// The same logger with metadata that every line carries.
  public func with(_ metadata: KeyValuePairs<LogKey, LogValue>) -> Logger {
    var copy = self
    copy.context = Self.merge(context, metadata)
    return copy
  }

  /// Writes a line. The metadata is not computed when the level is not wanted; of a key given twice the last counts.
  public func log(
    _ level: LogLevel, _ message: StaticString, _ metadata: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]
  ) {
    guard level >= self.level else { return }
    let line = LogLine(
      nanoseconds: clock(), level: level, message: "\(message)", metadata: Self.merge(context, metadata()))
    sink.write(line.bytes(format))
  }

  /// Writes a line that helps to find a fault.
  public func debug(_ message: StaticString, _ metadata: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
    log(.debug, message, metadata())
  }

  /// Writes that something began, ended or changed.
  public func info(_ message: StaticString, _ metadata: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
    log(.info, message, metadata())
  }

  /// Writes that something went wrong and was made good.
  public func warning(_ message: StaticString, _ metadata: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
    log(.warning, message, metadata())
  }

  /// Writes that something failed.
  public func error(_ message: StaticString, _ metadata: @autoclosure () -> KeyValuePairs<LogKey, LogValue> = [:]) {
    log(.error, message, metadata())
  }

  private static func merge(
    _ context: [(LogKey, LogValue)], _ metadata: KeyValuePairs<LogKey, LogValue>
  ) -> [(LogKey, LogValue)] {
    var merged = context
    for (key, value) in metadata {
      let value = key.isSecret ? .redacted : value
      if let index = merged.firstIndex(where: { $0.0.name == key.name }) {
        // A name that was declared secret anywhere stays so.
        merged[index].1 = merged[index].0.isSecret ? .redacted : value
      } else {
        merged.append((key, value))
      }
    }
    return merged
  }
}
