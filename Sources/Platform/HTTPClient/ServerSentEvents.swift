/// An event of an event stream (`text/event-stream`).
public struct ReceivedEvent: Sendable, Hashable {
  /// The kind; `message` if the stream gives none.
  public var kind: String
  /// The text; several `data` lines are joined by line ends.
  public var data: String
  /// The last identifier of the stream, for `Last-Event-ID` when connecting again; empty if there was none.
  public var lastID: String

  public init(kind: String = "message", data: String, lastID: String = "") {
    self.kind = kind
    self.data = data
    self.lastID = lastID
  }
}

/// Parses an event stream byte by byte, as defined in the WHATWG's HTML standard (9.2.6). Pure: the caller passes bytes
/// as they arrive.
public struct EventStreamParser: Sendable {
  private let mostBytes: Int
  private var line: [UInt8] = []
  private var wasCarriageReturn = false
  private var isFirstLine = true
  private var kind = ""
  private var data: [UInt8] = []
  private var hasData = false
  private var lastID = ""
  /// How long the server asks a client to wait before it connects again; nil if it does not say.
  public private(set) var retryDelay: Duration?

  /// - Parameter mostBytes: the largest event.
  public init(mostBytes: Int = 1 << 20) { self.mostBytes = mostBytes }

  /// Parses the next bytes.
  /// - Returns: the events that they complete; nil if one is larger than the limit, after which nothing more can be
  ///   read.
  public mutating func take(_ bytes: some Sequence<UInt8>) -> [ReceivedEvent]? {
    var events: [ReceivedEvent] = []
    for byte in bytes {
      defer { wasCarriageReturn = byte == 13 }
      switch byte {
      case 10 where wasCarriageReturn: break
      case 10, 13: if let event = endOfLine() { events.append(event) }
      default:
        guard line.count + data.count < mostBytes else { return nil }
        line.append(byte)
      }
    }
    return events
  }

  private mutating func endOfLine() -> ReceivedEvent? {
    var text = line[...]
    line = []
    if isFirstLine, text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
    isFirstLine = false
    if text.isEmpty { return endOfEvent() }
    let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
    var value = text[min(colon + 1, text.endIndex)...]
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    switch String(decoding: text[..<colon], as: UTF8.self) {
    case "event": kind = String(decoding: value, as: UTF8.self)
    case "data":
      if hasData { data.append(10) }
      data += value
      hasData = true
    case "id": if !value.contains(0) { lastID = String(decoding: value, as: UTF8.self) }
    case "retry":
      let isNumber = value.allSatisfy { (0x30...0x39).contains($0) }
      if isNumber, let milliseconds = Int64(String(decoding: value, as: UTF8.self)), milliseconds < 86_400_000 {
        retryDelay = .milliseconds(milliseconds)
      }
    default: break  // a comment, or a field of a later standard
    }
    return nil
  }

  private mutating func endOfEvent() -> ReceivedEvent? {
    defer { (kind, data, hasData) = ("", [], false) }
    guard hasData else { return nil }
    return ReceivedEvent(
      kind: kind.isEmpty ? "message" : kind, data: String(decoding: data, as: UTF8.self), lastID: lastID)
  }
}

/// The events of an answer as they arrive. Text without an empty line at the end of the stream is not an event.
public struct ReceivedEvents: AsyncSequence, Sendable {
  /// Hands out the events.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private var pieces: IncomingResponse.Body.AsyncIterator
    private var parser: EventStreamParser
    private var ready: ArraySlice<ReceivedEvent> = []
    private let tooLarge: HTTPClientError

    init(_ stream: ReceivedEvents) {
      pieces = stream.response.body.makeAsyncIterator()
      parser = EventStreamParser(mostBytes: stream.mostBytes)
      tooLarge = stream.response.failure(.bodyTooLarge, "an event has over \(stream.mostBytes) bytes")
    }

    /// The next event; nil at the end of the stream.
    /// - Throws: as the answer's body; `HTTPClientError` of reason `bodyTooLarge` for an event over the limit.
    public mutating func next() async throws -> ReceivedEvent? {
      while true {
        if let event = ready.popFirst() { return event }
        guard let piece = try await pieces.next() else { return nil }
        guard let events = parser.take(piece) else { throw tooLarge }
        ready = events[...]
      }
    }
  }

  let response: IncomingResponse
  let mostBytes: Int

  /// Continues at the current position.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}

extension IncomingResponse {
  /// The body as events, each of at most `mostBytes` bytes.
  public func events(mostBytes: Int = 1 << 20) -> ReceivedEvents {
    ReceivedEvents(response: self, mostBytes: mostBytes)
  }
}
