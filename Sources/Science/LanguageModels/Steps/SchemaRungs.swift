internal import Synchronization

/// Remembers which ways of sending a schema endpoints have refused, for the life of a process.
final class SchemaRungs: Sendable {
  private struct Key: Hashable {
    let model: String
    let schema: String
  }

  private let known = Mutex<[Key: RequestBody.Structure]>([:])

  /// The strictest way that is not known to be refused.
  func way(_ model: LanguageModel, _ schema: AnswerSchema) -> RequestBody.Structure {
    known.withLock { $0[Key(model: model.name, schema: schema.name)] } ?? model.quirks.structure
  }

  func refused(_ model: LanguageModel, _ schema: AnswerSchema, _ way: RequestBody.Structure) {
    guard let lower = way.below else { return }
    known.withLock { $0[Key(model: model.name, schema: schema.name)] = lower }
  }
}
