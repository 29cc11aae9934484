import ChildProcesses
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
    let report = try await Self.spawn(program, in: folder)
    let status: Int32 =
      switch report.end {
      case .exited(let status): status
      case .signalled(let signal): 128 + signal
      }
    let wall = (ContinuousClock.now - started).components
    var brought: [FileTree.File] = []
    for path in program.collects { brought += try await Self.collect(path, in: folder, blobs: blobs) }
    let outcome = ProgramOutcome(
      exitStatus: Int(status), stopped: nil, output: report.output.text, errors: report.errors.text,
      files: FileTree(brought), findings: [])
    let nanoseconds = wall.seconds * 1_000_000_000 + wall.attoseconds / 1_000_000_000
    return Settled(
      outcome, charge: prices.charge(cpuNanoseconds: nanoseconds, wallNanoseconds: nanoseconds, for: program))
  }

  private static func spawn(_ program: ContainedProgram, in folder: URL) async throws -> ChildReport {
    var command =
      switch program.toolchain {
      case .python: ChildCommand(python, program.command)
      case .latex, .pdf: ChildCommand("/usr/bin/env", program.command)
      }
    command.environment = ProcessInfo.processInfo.environment
    command.workingDirectory = folder.path
    return try await ChildProcess.run(command)
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
