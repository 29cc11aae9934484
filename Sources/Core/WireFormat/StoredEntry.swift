public import PaperModel

/// The place of a journal entry in a store: every store reads its entries, and names what is wrong with one, in this
/// way.
public struct StoredEntry: Sendable {
  private let number: Int64
  private let stream: StreamID
  private let place: String

  /// - Parameter place: where it is, as it follows the stream's name in a sentence, e.g. " in /data/shoal.sqlite".
  public init(_ number: Int64, of stream: StreamID, _ place: String) {
    self.number = number
    self.stream = stream
    self.place = place
  }

  /// Reads the entry.
  /// - Parameter bytes: of the entry, or of a page that has it.
  /// - Throws: `JournalError` that names it if it can't be read, belongs to another stream or has another number.
  public func decode(_ bytes: [UInt8]) throws(JournalError) -> JournalEntry {
    let entry: JournalEntry?
    do { entry = try own(bytes).map(WireFormat.decodeEntry) } catch {
      throw fault("can't be read: \(error)", error.kind == .newer ? .newer : .damaged)
    }
    guard let entry else { throw fault("is another stream's page") }
    guard entry.number == number else { throw fault("carries another number") }
    return entry
  }

  private func own(_ bytes: [UInt8]) throws(WireFormatError) -> [UInt8]? {
    guard WireFormat.isPage(bytes) else { return bytes }
    return try WireFormat.entry(number, of: stream, inPage: bytes)
  }

  /// The error for the entry.
  /// - Parameter what: what is wrong, e.g. "is missing".
  public func fault(_ what: String) -> JournalError { fault(what, .damaged) }

  private func fault(_ what: String, _ kind: JournalError.Kind) -> JournalError {
    JournalError(
      kind, "Entry \(number) of \(stream)\(place) \(what); restore a copy. Nothing was changed.", stream: stream)
  }
}
