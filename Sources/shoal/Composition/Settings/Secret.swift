import Operations

/// A password or a key. Whatever prints, logs or describes it shows that it is there, and nothing of it.
struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What it really is: for the library that needs it, and for nobody else.
  let value: String

  init(_ value: String) { self.value = value }

  var description: String { "(hidden)" }
  var debugDescription: String { "(hidden)" }
  var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Where a secret is to be found. Never on the command line: other users of the machine see those.
enum SecretSource: Sendable, Hashable {
  case environment(Secret)
  case file(String)

  /// The most bytes of a file with a secret.
  private static let limit = 64 << 10

  /// The secret; of a file its content without the line break at its end.
  /// - Throws: `OperationError` where the file can't be read or nothing is in it.
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
