import Glibc
import PaperModel
import Testing

@testable import Sandbox

/// Executed programs are charged, whatever becomes of their results; an attempt without a page is not executed.
@Suite(.serialized) struct ChargeTests {
  private let prices = Prices(
    date: "", cpuSecond: Money(nanodollars: 1_000_000_000), gpuSecond: Money(nanodollars: 1_000_000))
  private let attempt = StepAttempt(
    stream: StreamID(.paper, "charged")!,
    step: StepID(
      stage: .run, visit: 1, name: "sandbox.x", ordinal: 0, requestDigest: String(repeating: "0", count: 64)),
    attempt: 1)
  private let program = ContainedProgram(
    toolchain: .python, command: ["-c", "sum(range(3000000)); open('out', 'w').write('done')"], files: FileTree([]),
    timeLimitSeconds: 20, diskLimitMebibytes: 32, collects: ["out"])

  private func runner(_ world: SandboxWorld) throws -> ContainedRunner {
    try ContainedRunner(
      try world.sandbox().sandbox, python: PythonEnvironment(path: "/usr"), executionFolder: "\(world.folder)/book")
  }

  @Test func `a program whose results can't be stored is charged`() async throws {
    let world = try SandboxWorld()
    let runner = try runner(world)
    let error = await #expect(throws: FailedStep.self) {
      _ = try await runner.run(program, for: attempt, prices: prices, blobs: FullBlobs())
    }
    let failed = try #require(error)
    #expect(failed.failure.kind == "resultLost" && failed.cause is FullBlobs.Full)
    #expect(failed.charge.cpuNanoseconds > 0 && failed.charge.money > .zero)
    let page = try #require(entries(of: "\(world.folder)/book").first { !$0.hasPrefix(".") })
    let settled = try #require(ExecutionBook.charge(text(of: "\(world.folder)/book/\(page)")))
    #expect(settled.money == failed.charge.money && settled.cpuNanoseconds == failed.charge.cpuNanoseconds)
  }

  @Test func `a page that is damaged is refused by its path, whatever stands in it`() async throws {
    let world = try SandboxWorld()
    let runner = try runner(world)
    #expect(try await runner.finalCharge(of: attempt) == Charge.none)
    let name = try #require(entries(of: "\(world.folder)/book").first { !$0.hasPrefix(".") })
    let page = "\(world.folder)/book/\(name)"
    let most = "09223372036854775807 9223372036854775807"
    let damaged: [String] = [
      "", "\n", "x y z\n", "00000000000000000007\n", "99999999999999999999 1 a\n", "-1 1 a\n", "7 -1 a\n",
      "7 1 a\ngpu \n", "7 1 a\ngpu 1 2\n", "7 1 a\n7 1 a\n",
    ]
    for text in damaged {
      try overwrite(page, Array(text.utf8))
      await #expect { _ = try await runner.finalCharge(of: attempt) } throws: {
        ($0 as? Failure)?.message.contains(page) == true
      }
    }
    for text in ["\(most) a\n", "\(most) a\ngpu \(most) 9223372036854775807\n"] {
      try overwrite(page, Array(text.utf8))
      #expect(try #require(await runner.finalCharge(of: attempt)).money == .most)
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      try overwrite(page, (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255) })
      _ = try? await runner.finalCharge(of: attempt)
    }
  }

  private func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    try #require(descriptor >= 0 && write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
  }

  @Test func `an attempt that was sealed, or that has no page, is never executed`() async throws {
    let world = try SandboxWorld()
    let runner = try runner(world)
    #expect(try await runner.finalCharge(of: attempt) == Charge.none)
    await #expect { _ = try await runner.run(program, for: attempt, prices: prices, blobs: FullBlobs()) } throws: {
      ($0 as? Failure)?.kind == "sealedAttempt"
    }
    _ = FolderRemoval.remove("\(world.folder)/book")
    await #expect { _ = try await runner.run(program, for: attempt, prices: prices, blobs: FullBlobs()) } throws: {
      ($0 as? Failure)?.kind == Failure.machineKind
    }
    #expect(entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
  }
}

/// A blob store without room.
private struct FullBlobs: BlobStore {
  struct Full: Error {}
  func keep(_ bytes: [UInt8]) async throws -> BlobReference { throw Full() }
  func bytes(of reference: BlobReference) async throws -> [UInt8] { [] }
}
