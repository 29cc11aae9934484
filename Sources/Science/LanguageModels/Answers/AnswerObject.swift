import FoundationEssentials

/// Reads an object from a model's answer, whatever the model wrote around it.
public struct AnswerObject: Sendable {
  /// Why an answer holds no such object: a sentence for the model, without its full stop.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// Decodes the object of an answer.
  ///
  /// Thoughts between `<think>` marks are left out. The last fenced block that holds such an object is preferred, then
  /// the first balanced object of the text. Fences, trailing commas, raw line ends within strings and the words NaN and
  /// Infinity are repaired; a missing end never is: an answer that was cut off is not one.
  /// - Throws: `Problem` with the decoder's complaint about the likeliest candidate.
  public static func decode<Value: Decodable>(_ type: Value.Type, from answer: String) throws(Problem) -> Value {
    let text = withoutThoughts(answer)
    var first: Problem?
    for candidate in candidates(in: text) {
      do { return try JSONDecoder().decode(type, from: Data(repaired(candidate))) } catch {
        if first == nil { first = Problem(description: complaint(error)) }
      }
    }
    throw first ?? Problem(description: text.contains("{") ? "The object is not complete" : "There is no JSON object")
  }

  /// The text without thoughts; thoughts without an end reach to the end of the text.
  static func withoutThoughts(_ text: String) -> String {
    var rest = text[...]
    var kept = ""
    while let start = rest.ranges(of: "<think>").first {
      kept += rest[..<start.lowerBound]
      rest = rest[start.upperBound...]
      rest = rest.ranges(of: "</think>").first.map { rest[$0.upperBound...] } ?? rest[rest.endIndex...]
    }
    // Some templates write the beginning of the thoughts themselves.
    if kept.isEmpty, let end = rest.ranges(of: "</think>").last { rest = rest[end.upperBound...] }
    return kept + rest
  }

  /// Balanced objects: those of fenced blocks, the last first, then those of the whole text in their order.
  static func candidates(in text: String) -> [[UInt8]] {
    var found = FencedBlock.all(in: text).reversed().flatMap { objects(in: Array($0.content.utf8)) }
    for object in objects(in: Array(text.utf8)) where !found.contains(object) { found.append(object) }
    return found
  }

  /// The balanced objects of a text, none within another. A brace that is never closed is passed over.
  private static func objects(in bytes: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var start = 0
    var tries = 0
    while let next = bytes[start...].firstIndex(of: UInt8(ascii: "{")), tries < 100 {
      tries += 1
      guard let end = end(ofObjectAt: next, in: bytes) else {
        start = next + 1
        continue
      }
      found.append(Array(bytes[next...end]))
      start = end + 1
    }
    return found
  }

  private static func end(ofObjectAt start: Int, in bytes: [UInt8]) -> Int? {
    var scanner = JSONScanner()
    for index in start..<bytes.count {
      scanner.take(bytes[index])
      if scanner.open.isEmpty { return index }
    }
    return nil
  }

  /// The object with what can safely be repaired.
  static func repaired(_ object: [UInt8]) -> [UInt8] {
    var scanner = JSONScanner()
    var repaired: [UInt8] = []
    var word: [UInt8] = []
    for byte in object {
      let isText = scanner.take(byte)
      if isText {
        switch byte {
        case 0x0a: repaired += Array(#"\n"#.utf8)
        case 0x0d: repaired += Array(#"\r"#.utf8)
        case 0x09: repaired += Array(#"\t"#.utf8)
        default: repaired.append(byte)
        }
        continue
      }
      let isLetter = (0x61...0x7a).contains(byte | 0x20) || byte == UInt8(ascii: "-") && word.isEmpty
      if isLetter {
        word.append(byte)
        continue
      }
      flush(&word, into: &repaired)
      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { removeTrailingComma(from: &repaired) }
      repaired.append(byte)
    }
    flush(&word, into: &repaired)
    return repaired
  }

  /// Numbers that JSON doesn't have become null.
  private static func flush(_ word: inout [UInt8], into repaired: inout [UInt8]) {
    let noNumbers = ["NaN", "-NaN", "Infinity", "-Infinity"]
    repaired += noNumbers.contains(String(decoding: word, as: UTF8.self)) ? Array("null".utf8) : word
    word = []
  }

  private static func removeTrailingComma(from bytes: inout [UInt8]) {
    guard let last = bytes.lastIndex(where: { !$0.isJSONSpace }), bytes[last] == UInt8(ascii: ",") else { return }
    bytes.remove(at: last)
  }

  private static func complaint(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "The object can't be read: \(error)" }
    switch error {
    case .keyNotFound(let key, let context):
      return "The key \(path(context.codingPath + [key])) is missing"
    case .typeMismatch(let type, let context):
      return "\(path(context.codingPath)) needs \(name(of: type))"
    case .valueNotFound(let type, let context):
      return "\(path(context.codingPath)) is null and needs \(name(of: type))"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "It is not valid JSON" : "\(path(context.codingPath)): \(context.debugDescription)"
    @unknown default: return "The object can't be read"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.isEmpty ? "The object" : keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is Double.Type, is Float.Type: "a number"
    case is any BinaryInteger.Type: "a whole number"
    default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
    }
  }
}
