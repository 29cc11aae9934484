import FoundationEssentials

/// JSON for programs: one document on standard output, keys in a fixed order.
enum Report {
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return SafeText.escaped(json: String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// The same on one line, for streams of documents.
  static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return SafeText.escaped(json: String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// A duration in readable form: `8 s`, `3 min 20 s`, `2 h 5 min`.
  static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
