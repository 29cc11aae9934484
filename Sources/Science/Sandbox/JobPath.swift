/// Checks the names of files that enter or leave the sandbox.
enum JobPath {
  /// The parts of a relative path, or nil if it is empty, absolute, climbs, or holds a strange name.
  static func parts(_ path: String) -> [String]? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    return parts.allSatisfy { isPlain($0) } ? parts : nil
  }

  /// Whether a name can be shown, stored and unpacked anywhere: no controls, no characters that change the direction of
  /// text.
  static func isPlain(_ name: String) -> Bool {
    guard !name.isEmpty, name != ".", name != "..", name.utf8.count <= 255 else { return false }
    return name.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned: false
      default: scalar != "/" && scalar != "\\"
      }
    }
  }

  /// The name as text if it is plain.
  static func plain(_ bytes: [UInt8]) -> String? {
    guard let name = String(validating: bytes, as: UTF8.self), isPlain(name) else { return nil }
    return name
  }

  /// Any name, made printable for a report.
  static func printable(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(255), as: UTF8.self).unicodeScalars.map { scalar in
      isPlain(String(scalar)) || scalar == "." ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }.joined()
  }
}
