import Digests
import Glibc
import Operations
import PaperModel
import PipelineRules
import Sandbox
import Synchronization

/// Surroundings for a command that works without an installation: blobs in memory, steps executed at once, and the sum
/// of their costs.
actor LocalSurroundings: Surroundings {
  struct Step: Sendable, Hashable {
    let name: String
    let cost: Money
    let cpuNanoseconds: Int64
  }

  private let stream: StreamID
  private var blobs: [BlobReference: [UInt8]] = [:]
  private(set) var steps: [Step] = []
  private var ordinals = StepOrdinals(stage: .review, visit: 1)

  init(_ name: String) {
    guard let stream = StreamID(.paper, name) else { preconditionFailure("\(name) names no stream") }
    self.stream = stream
  }

  /// The sum of the steps' costs.
  var spent: Money { steps.reduce(.zero) { $0 + $1.cost } }

  /// No budget applies to what a person does at this machine: whatever the prices, the programs' own limits hold.
  func remaining() async -> Money { Money.limit }

  func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    guard let reference = BlobReference(digest: SHA256.digest(of: bytes).hex, size: Int64(bytes.count)) else {
      preconditionFailure("a digest is 64 digits")
    }
    blobs[reference] = bytes
    return reference
  }

  func bytes(of reference: BlobReference) async throws -> [UInt8] {
    guard let bytes = blobs[reference] else { throw Failure(kind: "blobMissing", "There is no blob \(reference).") }
    return bytes
  }

  func step<Request: Encodable & Sendable, Result: Codable & Sendable>(
    _ name: String, request: Request, reserving worst: Money,
    perform: @Sendable (StepAttempt) async throws -> Settled<Result>
  ) async throws -> Result {
    let digest = try await keep(json: request).digest
    let step = StepID(
      stage: .review, visit: 1, name: name, ordinal: ordinals.next(name, digest: digest), requestDigest: digest)
    do {
      let settled = try await perform(StepAttempt(stream: stream, step: step, attempt: 1))
      note(name, settled.charge)
      return settled.value
    } catch let failed as FailedStep {
      note(name, failed.charge)
      throw failed.failure
    }
  }

  private func note(_ name: String, _ charge: Charge) {
    steps.append(Step(name: name, cost: charge.money, cpuNanoseconds: charge.cpuNanoseconds))
  }
}

/// A sandbox for the duration of one command, with a folder of its own for the record of executions.
enum TemporarySandbox {
  static func use<Value>(
    _ settings: Settings, uncontained: Bool = false, _ body: (ContainedRunner) async throws -> Value
  ) async throws -> Value {
    var place = Array("/tmp/shoal-XXXXXX".utf8CString)
    guard mkdtemp(&place) != nil else {
      throw OperationError("No folder can be made in /tmp: \(String(cString: strerror(errno))). Make room there.")
    }
    let folder = String(decoding: place.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { FolderRemoval.remove(folder) }
    var configuration = Sandbox.Configuration()
    configuration.containment = uncontained ? .none : .bubblewrap
    let runner = try ContainedRunner(
      try Sandbox(configuration), python: PythonEnvironment(path: settings.python), executionFolder: folder)
    return try await body(runner)
  }
}

/// Removes a folder of plain files that this process made.
enum FolderRemoval {
  static func remove(_ folder: String) {
    if let listing = opendir(folder) {
      while let entry = readdir(listing) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { unlink("\(folder)/\(name)") }
      }
      closedir(listing)
    }
    rmdir(folder)
  }
}
