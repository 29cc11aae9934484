import Foundation
public import PaperModel

/// Runs programs in a temporary folder, without containment: for tests of their output, not of containment.
public struct PlainRunner: ProgramRunner {
  /// The Python interpreter of the experiments, or the system's if none is named.
  public static let python = ProcessInfo.processInfo.environment["SHOAL_TEST_PYTHON"] ?? "/usr/bin/python3"

  public init() {}

  /// Runs a program in a folder that is removed afterwards.
  public func run(
    _ program: ContainedProgram, for attempt: StepAttempt, prices: Prices, blobs: any BlobStore
  ) async throws -> Settled<ProgramOutcome> {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in program.files.files {
      let place = folder.appendingPathComponent(file.path)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(try await blobs.bytes(of: file.blob)).write(to: place)
    }
    let started = ContinuousClock.now
    let (status, output, errors) = try await Self.spawn(program, in: folder)
    let wall = (ContinuousClock.now - started).components
    var brought: [FileTree.File] = []
    for path in program.collects { brought += try await Self.collect(path, in: folder, blobs: blobs) }
    let outcome = ProgramOutcome(
      exitStatus: status, stopped: nil, output: output, errors: errors, files: FileTree(brought), findings: [])
    let nanoseconds = wall.seconds * 1_000_000_000 + wall.attoseconds / 1_000_000_000
    return Settled(
      outcome, charge: prices.charge(cpuNanoseconds: nanoseconds, wallNanoseconds: nanoseconds, for: program))
  }

  private static func spawn(_ program: ContainedProgram, in folder: URL) async throws -> (Int, String, String) {
    let process = Process()
    switch program.toolchain {
    case .python:
      process.executableURL = URL(fileURLWithPath: python)
      process.arguments = program.command
    case .latex, .pdf:
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = program.command
    }
    process.currentDirectoryURL = folder
    let outputPlace = folder.appendingPathExtension("out")
    let errorPlace = folder.appendingPathExtension("err")
    defer { for place in [outputPlace, errorPlace] { try? FileManager.default.removeItem(at: place) } }
    for place in [outputPlace, errorPlace] { try Data().write(to: place) }
    process.standardOutput = try FileHandle(forWritingTo: outputPlace)
    process.standardError = try FileHandle(forWritingTo: errorPlace)
    process.standardInput = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: Int($0.terminationStatus)) }
      do { try process.run() } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    let texts = try [outputPlace, errorPlace].map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return (status, texts[0], texts[1])
  }

  private static func collect(
    _ path: String, in folder: URL, blobs: any BlobStore
  ) async throws -> [FileTree.File] {
    let place = folder.appendingPathComponent(path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) else { return [] }
    guard isFolder.boolValue else {
      return [.init(path: path, blob: try await blobs.keep([UInt8](Data(contentsOf: place))))]
    }
    var out: [FileTree.File] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() {
      out += try await collect("\(path)/\(name)", in: folder, blobs: blobs)
    }
    return out
  }
}
