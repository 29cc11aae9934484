/// The contract of a seam, as checks that any test can run, each in a fresh world.
public protocol ConformanceSuite {
  /// An implementation, and ways to act on its surroundings.
  associatedtype World: Sendable
  static var checks: [Check] { get }
}

extension ConformanceSuite {
  public typealias Check = ConformanceCheck<World>
  public typealias Broken = BrokenPromise

  /// - Throws: `BrokenPromise` with `otherwise` unless the promise is kept.
  public static func expect(_ isKept: Bool, _ otherwise: @autoclosure () -> String) throws(BrokenPromise) {
    if !isKept { throw BrokenPromise(otherwise()) }
  }
}

/// A check of a contract; throws if the implementation breaks its promise.
public struct ConformanceCheck<World: Sendable>: Sendable, CustomStringConvertible {
  /// The promise, as a sentence.
  public let description: String
  /// Runs the check in a fresh world.
  /// - Throws: `BrokenPromise`, or the implementation's error.
  public let run: @Sendable (World) async throws -> Void

  public init(_ description: String, _ run: @escaping @Sendable (World) async throws -> Void) {
    self.description = description
    self.run = run
  }
}

/// A promise that an implementation broke, and how.
public struct BrokenPromise: Error, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
