/// The name of a piece of metadata. Keys are declared once, as constants, and are public interface.
public struct LogKey: Sendable, Hashable {
  /// Lower-case words, joined by dots or underscores.
  public let name: String
  /// True when values under this key are never written, whatever they are.
  public let isSecret: Bool

  /// A key; the names `time`, `level`, `message` and `truncated` are taken.
  public init(_ name: StaticString, isSecret: Bool = false) {
    let name = "\(name)"
    let isPlain = name.utf8.allSatisfy { character in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(character)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) || "._".utf8.contains(character)
    }
    precondition(isPlain && !name.isEmpty && name.utf8.count <= 64, "a log key is lower-case words: \(name)")
    precondition(!["time", "level", "message", "truncated"].contains(name), "the key \(name) is taken")
    self.name = name
    self.isSecret = isSecret
  }
}
