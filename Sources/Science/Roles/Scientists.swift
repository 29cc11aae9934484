import PaperModel

/// The scientists that a worker has, by name.
public struct Scientists: Sendable {
  private let byName: [String: Scientist]

  /// - Precondition: no two scientists have the same name.
  public init(_ scientists: [Scientist]) {
    byName = Dictionary(uniqueKeysWithValues: scientists.map { ($0.name, $0) })
  }

  public var names: [String] { byName.keys.sorted() }

  /// - Throws: `Failure` of kind `noScientist` if this worker does not have the scientist. Another worker may, so it
  ///   counts no attempt.
  public subscript(name: String) -> Scientist {
    get throws(Failure) {
      guard let scientist = byName[name] else {
        throw Failure(
          kind: Failure.noScientistKind,
          "This worker does not have the scientist \(name), only \(names.joined(separator: ", ")).",
          advice: "Start a worker of a version that has it.", retryability: .later(afterSeconds: 60))
      }
      return scientist
    }
  }
}
