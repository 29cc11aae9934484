import ChildProcesses
import Foundation
import PaperModel

@testable import Typesetting

/// Surroundings for tests of a role: blobs in memory, and steps executed at once.
actor World: Surroundings {
  private var kept: [String: [UInt8]] = [:]
  private(set) var steps: [String] = []

  init() {}

  /// A world with the blobs of another.
  init(copying other: World) async { kept = await other.kept }

  func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    let digest = Self.digest(of: bytes)
    kept[digest] = bytes
    return BlobReference(digest: digest, size: Int64(bytes.count))!
  }

  func bytes(of reference: BlobReference) async throws -> [UInt8] {
    guard let bytes = kept[reference.digest] else { throw Failure(kind: "missing", "No blob \(reference).") }
    return bytes
  }

  func step<Request: Encodable & Sendable, Result: Codable & Sendable>(
    _ name: String, request: Request, reserving worst: Money,
    perform: @Sendable (StepAttempt) async throws -> Settled<Result>
  ) async throws -> Result {
    steps.append(name)
    let step = StepID(stage: .write, visit: 1, name: name, ordinal: steps.count, requestDigest: Self.digest(of: []))
    let stream = StreamID(.paper, "test.1")!
    return try await perform(StepAttempt(stream: stream, step: step, attempt: 1)).value
  }

  func remaining() async -> Money { Money(nanodollars: .max) }

  /// Sixty-four digits that distinguish contents; no test attacks them.
  static func digest(of bytes: [UInt8]) -> String {
    (0..<4).map { seed in
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325 &+ UInt64(seed)
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      let digits = String(hash, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

/// Runs programs in a folder of their own, uncontained, for tests of this module.
struct HostRunner: ProgramRunner {
  func run(
    _ program: ContainedProgram, for attempt: StepAttempt, prices: Prices, blobs: any BlobStore
  ) async throws -> Settled<ProgramOutcome> {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("typesetting-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in program.files.files {
      let place = folder.appendingPathComponent(file.path)
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(try await blobs.bytes(of: file.blob)).write(to: place)
    }
    var command = ChildCommand("/usr/bin/env", program.command)
    command.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"]
    command.workingDirectory = folder.path
    command.limits.keptOutputBytes = 65_536
    command.limits.keptErrorBytes = 65_536
    command.limits.keeping = .end
    let report = try await ChildProcess.run(command)
    let status: Int? = if case .exited(let status) = report.end { Int(status) } else { nil }
    var files: [FileTree.File] = []
    for path in program.collects {
      guard let data = try? Data(contentsOf: folder.appendingPathComponent(path)) else { continue }
      files.append(FileTree.File(path: path, blob: try await blobs.keep([UInt8](data))))
    }
    let outcome = ProgramOutcome(
      exitStatus: status, stopped: nil, output: report.output.text, errors: report.errors.text,
      files: FileTree(files), findings: [])
    return Settled(outcome, charge: .none)
  }
}

extension Typesetter {
  static let forTests = Typesetter(runner: HostRunner())
}

/// Confirms every claim.
let everyClaimHolds = PrintedClaims { $0.printed }
