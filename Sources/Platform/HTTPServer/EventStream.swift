/// Sends server-sent events.
public struct EventStream: Sendable {
  private let writer: BodyWriter
  init(_ writer: BodyWriter) { self.writer = writer }

  /// Sends an event. Line ends in the data are sent in the event format: one `data:` for each line.
  /// - Parameters:
  ///   - event: its name, without spaces; nil for `message`.
  ///   - id: a reconnecting client sends it as `Last-Event-ID`; without line ends.
  /// - Throws: `ClientGone`, or `CancellationError` on cancellation.
  public func send(_ data: String, event: String? = nil, id: String? = nil) async throws {
    var text = ""
    if let event { text += "event: \(Self.line(event))\n" }
    if let id { text += "id: \(Self.line(id))\n" }
    for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { text += "data: \(line)\n" }
    try await writer.write(text + "\n")
  }

  /// Sends a comment, which clients pass over: it shows both sides that the other is there.
  func sendComment() async throws { try await writer.write(":\n\n") }

  private static func line(_ text: String) -> String { String(text.filter { !$0.isNewline && $0 != "\0" }) }
}

extension HTTPResponse {
  /// A stream of server-sent events that ends when `body` returns. While there are no events, comments are sent
  /// regularly, so that proxies keep the connection and a vanished client is noticed.
  /// - Parameters:
  ///   - every: the time between comments.
  ///   - clock: measures that time.
  public static func events(
    keepAlive every: Duration = .seconds(15), clock: any Clock<Duration> = ContinuousClock(),
    _ body: @escaping @Sendable (EventStream) async throws -> Void
  ) -> HTTPResponse {
    HTTPResponse(
      headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"],
      .stream { writer in
        let events = EventStream(writer)
        try await events.sendComment()  // the head leaves with the first bytes
        try await withThrowingTaskGroup(of: Void.self) { group in
          defer { group.cancelAll() }
          group.addTask {
            while true {
              try await clock.sleep(for: every)
              try await events.sendComment()
            }
          }
          group.addTask { try await body(events) }
          try await group.next()
        }
      })
  }
}
