public import PaperModel

/// The contract of every journal, as checks that any test can run, each in a world of its own.
public enum JournalConformance: ConformanceSuite {
  /// A journal, and ways to act on its surroundings.
  public struct World: Sendable {
    public let journal: any Journal
    /// The same journal as another process sees it; nil if it lives in one process only.
    public let other: (@Sendable () async throws -> any Journal)?
    /// Ages all heartbeats by a number of seconds.
    public let letPass: @Sendable (Int) async throws -> Void
    /// Damages the bytes of an entry; nil if the implementation stores no bytes.
    public let damage: (@Sendable (StreamID, Int64) async throws -> Void)?

    public init(
      journal: any Journal, other: (@Sendable () async throws -> any Journal)? = nil,
      letPass: @escaping @Sendable (Int) async throws -> Void,
      damage: (@Sendable (StreamID, Int64) async throws -> Void)? = nil
    ) {
      self.journal = journal
      self.other = other
      self.letPass = letPass
      self.damage = damage
    }
  }

  public static let checks: [Check] = appending + reading + living

  /// Runs the body and returns the error that it must throw.
  static func refusal(of what: String, _ body: () async throws -> Void) async throws -> JournalError {
    do { try await body() } catch let error as JournalError { return error }
    throw Broken("\(what) was not refused")
  }

  static func streamID(_ name: String, _ kind: StreamID.Kind = .paper) throws -> StreamID {
    guard let stream = StreamID(kind, name) else { throw Broken("\(name) names no stream") }
    return stream
  }

  /// A fact that differs from number to number.
  static func fact(_ number: Int64, by worker: String = "w") -> JournalEntry.Fact {
    .claimed(worker: WorkerID(worker), stage: .design, visit: Int(number) + 1, attempt: 1)
  }
}
