public import PaperModel

/// A journal in front of another: it implements the calls that it changes, and forwards the rest.
public protocol JournalDecorator: Journal {
  var inner: any Journal { get }
}

extension JournalDecorator {
  public func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    try await inner.append(fact, to: stream, at: number)
  }

  public func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    try await inner.entries(of: stream, from: number)
  }

  public func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
    try await inner.streams(of: kind, after: name, limit: limit)
  }

  public func beat(_ worker: WorkerID) async throws { try await inner.beat(worker) }

  public func sayGoodbye(_ worker: WorkerID) async throws { try await inner.sayGoodbye(worker) }

  public func liveness(of worker: WorkerID) async throws -> Liveness { try await inner.liveness(of: worker) }

  public func living() async throws -> [WorkerID] { try await inner.living() }
}
