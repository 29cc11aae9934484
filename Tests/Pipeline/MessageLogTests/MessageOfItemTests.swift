import MessageLog
import PaperModel
import Testing

struct MessageOfItemTests {
  private func item(_ stream: StreamID, _ stage: Stage, priority: Int = 0, parent: StreamID? = nil) -> WorkItem {
    let definition = BlobReference(digest: String(repeating: "0", count: 64), size: 0)!
    let opening = Opening(
      campaign: "c", title: "t", cap: .zero, parent: parent.map { Opening.Parent(stream: $0, stage: .design) },
      priority: Priority(priority)!, definition: definition)
    return WorkItem(stream: stream, stage: stage, opening: opening)
  }

  private let paper = StreamID(.paper, "c.1")!

  @Test func `a message has stream, stage and campaign in its headers`() {
    let message = Message(item(paper, .plot))
    #expect(message.key == "paper/c.1")
    #expect(message.topic == .work(.plot))
    var headers = message.headers
    let trace = headers.removeValue(forKey: HeaderName.trace)
    #expect(headers == ["stream": "paper/c.1", "stage": "plot", "campaign": "c"])
    #expect(trace?.utf8.count == 32 && trace?.allSatisfy(\.isHexDigit) == true)
  }

  @Test func `a paper and its runs have one trace, other papers another`() {
    let trace = TraceID(of: item(paper, .plot))
    #expect(TraceID(of: item(paper.run(visit: 1, ordinal: 0), .run, parent: paper)) == trace)
    #expect(TraceID(of: StreamID(.paper, "c.2")!) != trace)
    // The trace of a header that was once written must stay the same.
    #expect(trace.text == "0d05def71faa9878d305ddd100c6fbb7")
  }

  @Test(arguments: [-100, -1, 1, 100]) func `a message has its priority in a header`(_ priority: Int) {
    let message = Message(item(paper, .plot, priority: priority))
    #expect(message.headers[HeaderName.priority] == String(priority))
    #expect(message.priority == Priority(priority))
  }

  @Test(arguments: ["", "x", "101", "-101", "1.0", "99999999999999999999"])
  func `an invalid priority counts as the default`(_ text: String) {
    let message = Message(topic: .work(.plot), key: "k", body: [], headers: [HeaderName.priority: text])
    #expect(message.priority == .usual)
  }
}
