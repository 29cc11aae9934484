import Foundation
public import PaperModel

/// Surroundings that keep blobs in memory and execute every step at once.
public actor MemorySurroundings: Surroundings {
  private var blobs: [BlobReference: [UInt8]] = [:]
  /// The names of the executed steps, in order.
  public private(set) var steps: [String] = []
  /// The size of the largest step result in bytes, as it would be stored.
  public private(set) var largestResult = 0
  /// The cost of the steps.
  public private(set) var spent = Money.zero

  public init() {}

  /// A hundred dollars, minus the cost so far.
  public func remaining() async -> Money { Money(dollars: "100")! - spent }

  public func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    // Not SHA-256, but as good within one test: four different 64-bit hashes.
    let digest = (0..<4).map { salt in
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325 &+ UInt64(salt) &* 0x9e37_79b9_7f4a_7c15
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
      let text = String(hash, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    let reference = BlobReference(digest: digest.joined(), size: Int64(bytes.count))!
    blobs[reference] = bytes
    return reference
  }

  /// The bytes of a reference.
  public func bytes(of reference: BlobReference) async throws -> [UInt8] {
    guard let bytes = blobs[reference] else { throw Failure(kind: "missing", "There is no blob \(reference).") }
    return bytes
  }

  /// Executes a step at once.
  public func step<Request: Encodable & Sendable, Result: Codable & Sendable>(
    _ name: String, request: Request, reserving worst: Money,
    perform: @Sendable (StepAttempt) async throws -> Settled<Result>
  ) async throws -> Result {
    let step = StepID(
      stage: .design, visit: 1, name: name, ordinal: steps.count { $0 == name },
      requestDigest: try await keep(json: request).digest)
    steps.append(name)
    let settled = try await perform(StepAttempt(stream: StreamID("paper/test.1")!, step: step, attempt: 1))
    spent += settled.charge.money
    largestResult = max(largestResult, try CanonicalJSON.encode(settled.value).count)
    return settled.value
  }
}
