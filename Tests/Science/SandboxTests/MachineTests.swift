import Glibc
import PaperModel
import Testing

@testable import Sandbox

/// Which failures are the machine's, for which no attempt of an item is counted.
@Suite(.serialized) struct MachineTests {
  private let attempt = StepAttempt(
    stream: StreamID(.run, "tried")!,
    step: StepID(
      stage: .run, visit: 1, name: "sandbox.x", ordinal: 0, requestDigest: String(repeating: "0", count: 64)),
    attempt: 1)

  private func failure(
    _ sandbox: Sandbox, book: String, files: [FileTree.File] = []
  ) async throws -> Failure {
    let runner = try ContainedRunner(sandbox, python: PythonEnvironment(path: "/usr"), executionFolder: book)
    let program = ContainedProgram(
      toolchain: .python, command: ["-c", "pass"], files: FileTree(files), timeLimitSeconds: 20,
      diskLimitMebibytes: 32, collects: [])
    let prices = Prices(date: "", cpuSecond: Money(nanodollars: 1), gpuSecond: .zero)
    let error = await #expect(throws: Failure.self) {
      _ = try await runner.run(program, for: attempt, prices: prices, blobs: OneBlob())
    }
    return try #require(error)
  }

  @Test func `a record of executions that can't be written is the machine's failure`() async throws {
    let world = try SandboxWorld()
    let book = "\(world.folder)/book"
    let descriptor = open(book, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    #expect(descriptor >= 0 && close(descriptor) == 0)
    let failure = try await failure(try world.sandbox().sandbox, book: book)
    #expect(failure.kind == Failure.machineKind && failure.retryability == .later(afterSeconds: 10))
    #expect(failure.message.contains(book))
  }

  @Test func `a machine on which no job begins is to blame for a job that does not`() async throws {
    let world = try SandboxWorld()
    let sandbox = try world.sandbox().sandbox
    #expect(await sandbox.launchesTrial())
    // Nothing can be made in the folder of all jobs any more.
    #expect(rename(world.scratch, world.scratch + "-away") == 0)
    let failure = try await failure(sandbox, book: "\(world.folder)/book")
    #expect(failure.kind == Failure.machineKind, "\(failure)")
    #expect(rename(world.scratch + "-away", world.scratch) == 0)
  }

  @Test func `files that can't stand beside each other are the job's failure`() async throws {
    let world = try SandboxWorld()
    let files = ["a", "a/b"].map { FileTree.File(path: $0, blob: OneBlob.reference) }
    let failure = try await failure(try world.sandbox().sandbox, book: "\(world.folder)/book", files: files)
    #expect(failure.kind == "sandbox" && failure.retryability == .permanent, "\(failure)")
  }

  @Test func `a job that finds no free user waits, and is not counted`() async throws {
    guard geteuid() == 0 else { return }
    let world = try SandboxWorld()
    let sandbox = try world.sandbox {
      $0.users = 65_102...65_102
      $0.lockFolder = $0.scratchFolder + "-locks"
    }
    let held = try UserPool(users: 65_102...65_102, folder: world.scratch + "-locks").take()
    let failure = try await failure(sandbox.sandbox, book: "\(world.folder)/book")
    #expect(failure.kind == "sandbox" && failure.retryability == .later(afterSeconds: 10))
    #expect(held.user == 65_102)
  }
}

private struct OneBlob: BlobStore {
  static let reference = BlobReference(digest: String(repeating: "0", count: 64), size: 1)!
  func keep(_ bytes: [UInt8]) async throws -> BlobReference { Self.reference }
  func bytes(of reference: BlobReference) async throws -> [UInt8] { [0] }
}
