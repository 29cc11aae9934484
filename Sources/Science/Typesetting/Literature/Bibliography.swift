/// The works that a paper may cite, each key once.
public struct Bibliography: Hashable, Sendable, Codable {
  /// The works, in the order of their keys.
  public let references: [Reference]

  /// A bibliography; a later work of a key takes the place of an earlier one.
  public init(_ references: [Reference]) {
    var byKey: [String: Reference] = [:]
    for reference in references { byKey[reference.key] = reference }
    self.references = byKey.values.sorted { $0.key < $1.key }
  }

  /// The work of a key.
  public subscript(key: String) -> Reference? { references.first { $0.key == key } }

  /// This one with more works.
  public func adding(_ more: [Reference]) -> Bibliography { Bibliography(references + more) }
}
