internal import Glibc

enum TestFiles {
  /// A new folder below the system's temporary one.
  static func newFolder(_ name: String) throws -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/shoal-\(name)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw NotStarted(description: "\(parent) takes no folder") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw NotStarted(description: "\(path) can't be written") }
    fputs(text, file)
    fclose(file)
  }
}

/// A server or program that did not start, and why.
public struct NotStarted: Error, Sendable, CustomStringConvertible {
  public let description: String
}
