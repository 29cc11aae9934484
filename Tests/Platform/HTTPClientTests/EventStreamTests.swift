import HTTPClient
import ServiceTestSupport
import Testing

@Suite("Event streams", .timeLimit(.minutes(10))) struct EventStreamTests {
  private let text = """
    \u{feff}: a comment\r
    data: one\r
    data:two\r
    id: 7\r
    \r
    event: done
    data

    event: without data

    retry: 1500\rdata:  blank kept\r\rdata: not ended\n
    """

  @Test func `events are the same however their bytes are cut`() {
    let wanted = [
      ReceivedEvent(kind: "message", data: "one\ntwo", lastID: "7"), ReceivedEvent(kind: "done", data: "", lastID: "7"),
      ReceivedEvent(kind: "message", data: " blank kept", lastID: "7"),
    ]
    let bytes = Array(text.utf8)
    for size in 1...bytes.count {
      var parser = EventStreamParser()
      var found: [ReceivedEvent] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        found += parser.take(bytes[start..<min(start + size, bytes.count)]) ?? []
      }
      #expect(found == wanted, "in pieces of \(size)")
      #expect(parser.retryDelay == .milliseconds(1500))
    }
  }

  @Test func `an event that does not end is refused before it fills the memory`() {
    var parser = EventStreamParser(mostBytes: 1000)
    var line = EventStreamParser(mostBytes: 1000)
    #expect(line.take([UInt8](repeating: 65, count: 1001)) == nil)
    let piece = Array("data: 0123456789\n".utf8)
    #expect((0..<200).contains { _ in parser.take(piece) == nil })
  }

  @Test func `events of a server arrive one by one, and the stream ends with its answer`() async throws {
    let server = LoopbackServer { connection, _ in
      guard connection.head() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
      for number in 0..<3 {
        connection.send("c\r\ndata: \(number)\n\n\n\n\n\r\n")
      }
      connection.send("0\r\n\r\n")
      connection.waitForEnd()
    }
    let client = try HTTPClient()
    let response = try await client.send(OutgoingRequest("GET", server.url))
    var found: [String] = []
    for try await event in response.events() { found.append(event.data) }
    #expect(found == ["0", "1", "2"])
    await client.close()
  }
}
