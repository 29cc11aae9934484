public import PaperModel

/// Ties together all work for one paper, or for a campaign before it has papers, in headers and log lines. It is
/// derived from names, so it need not be passed on.
public struct TraceID: Hashable, Sendable {
  /// 32 hexadecimal digits, as in W3C Trace Context.
  public let text: String

  /// The trace of a work item; a run has the trace of the stream that waits for it.
  public init(of item: WorkItem) { self.init(of: item.opening.parent?.stream ?? item.stream) }

  /// The trace of a campaign or a paper.
  public init(of stream: StreamID) {
    let name = Array(stream.description.utf8)
    text = Self.digits(Self.hash(name, from: 0)) + Self.digits(Self.hash(name, from: 0xff))
  }

  /// FNV-1a with 64 bits; the two halves differ in the byte before the name.
  private static func hash(_ bytes: [UInt8], from first: UInt8) -> UInt64 {
    ([first] + bytes).reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  private static func digits(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
