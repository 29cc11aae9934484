import Operations

/// A password or a key. Anything that prints, logs or describes it shows only that it is there.
struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The secret itself, only for the library that needs it.
  let value: String

  init(_ value: String) { self.value = value }

  var description: String { "(hidden)" }
  var debugDescription: String { "(hidden)" }
  var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Where a secret is found. Never on the command line, which other users of the machine can see.
enum SecretSource: Sendable, Hashable {
  case environment(Secret)
  case file(String)

  /// The largest file with a secret, in bytes.
  private static let limit = 64 << 10

  /// The secret; for a file, its content without the line break at its end.
  /// - Throws: `OperationError` if the file can't be read or is empty.
  func read() throws -> Secret {
    switch self {
    case .environment(let secret): return secret
    case .file(let path):
      var bytes = try FileInput.read(path, limit: Self.limit)[...]
      while let last = bytes.last, last == 0x0a || last == 0x0d { bytes = bytes.dropLast() }
      guard !bytes.isEmpty else { throw OperationError("\(path) is empty. Write the secret into it.") }
      return Secret(String(decoding: bytes, as: UTF8.self))
    }
  }
}
