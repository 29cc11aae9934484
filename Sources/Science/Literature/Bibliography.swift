/// The works that a paper may cite, each key once.
public struct Bibliography: Hashable, Sendable, Codable {
  /// Sorted by key.
  public let references: [Reference]

  /// A later reference replaces an earlier one of the same key.
  public init(_ references: [Reference]) {
    var byKey: [String: Reference] = [:]
    for reference in references { byKey[reference.key] = reference }
    self.references = byKey.values.sorted { $0.key < $1.key }
  }

  public subscript(key: String) -> Reference? { references.first { $0.key == key } }

  public func adding(_ more: [Reference]) -> Bibliography { Bibliography(references + more) }
}
