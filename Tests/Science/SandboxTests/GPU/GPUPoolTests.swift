import ChildProcesses
import Glibc
import Synchronization
import Testing

@testable import Sandbox

/// A GPU belongs to one worker of the machine, and there to one run.
@Suite(.serialized) struct GPUPoolTests {
  @Test func `a GPU is given to one run at a time`() async throws {
    let fake = try FakeDriver(try SandboxWorld())
    let pool = try #require(try await fake.claim(.all))
    let first = try pool.lease()
    let second = try pool.lease()
    #expect(first.access.gpu != second.access.gpu)
    #expect(throws: SandboxError.noFreeGPU) { try pool.lease() }
    #expect(SandboxError.noFreeGPU.blame == .crowd)
    first.end()
    first.end()
    let third = try pool.lease()
    #expect(third.access.gpu == first.access.gpu)
    #expect(throws: SandboxError.noFreeGPU) { try pool.lease() }
    second.withhold()
    second.end()
    #expect(throws: SandboxError.noFreeGPU) { try pool.lease() }
    third.end()
    #expect(try pool.lease().access.gpu == first.access.gpu)
  }

  @Test func `however many ask at once, no two hold the same`() async throws {
    let pool = try #require(try await FakeDriver(try SandboxWorld()).claim(.all))
    let tally = Tally()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<16 {
        group.addTask {
          for _ in 0..<500 {
            guard let lease = try? pool.lease() else { continue }
            tally.took(lease.access.gpu)
            tally.gives(lease.access.gpu)
            lease.end()
          }
        }
      }
    }
    #expect(tally.count > 0)
    #expect(tally.doubles == 0)
    #expect(try [pool.lease(), pool.lease()].map(\.access.gpu.index).sorted() == [0, 1])
  }

  @Test func `two workers of a machine never share a GPU`() async throws {
    let fake = try FakeDriver(try SandboxWorld())
    let one = try #require(try await fake.claim(.count(1)))
    #expect(one.gpus == [FakeDriver.first])
    await #expect { try await fake.claim(.all) } throws: { "\($0)".contains("GPU 0 belongs to another worker") }
    await #expect { try await fake.claim(.indexes([0])) } throws: { "\($0)".contains("GPU 0 belongs") }
    await #expect { try await fake.claim(.count(2)) } throws: { "\($0)".contains("2 were asked for and 1 are free") }
    await #expect { try await fake.claim(.indexes([7])) } throws: { "\($0)".contains("there are 0, 1") }
    let other = try #require(try await fake.claim(.automatic))
    #expect(other.gpus == [FakeDriver.second])
    #expect(try await fake.claim(.automatic) == nil)
    #expect(try await fake.claim(.nothing) == nil)
    withExtendedLifetime((one, other)) {}
  }

  @Test func `a worker that is killed leaves its GPUs to the next`() async throws {
    let world = try SandboxWorld()
    let fake = try FakeDriver(world)
    let signal = try world.makeSignal()
    try #require(mkfifo("\(world.folder)/never", 0o600) == 0)
    let helper = try #require(
      TestProgram.again(filter: "GPUHelperTests", environment: ["SHOAL_TEST_GPU_WORLD": world.folder]))
    let (started, continuation) = AsyncStream<RunningChild>.makeStream()
    let run = Task { try await ChildProcess.run(helper) { continuation.yield($0) } }
    var iterator = started.makeAsyncIterator()
    let child = try #require(await iterator.next())
    #expect(await SandboxWorld.wait(for: signal) == "up")
    await #expect { try await fake.claim(.all) } throws: { "\($0)".contains("belongs to another worker") }
    kill(try #require(child.processID), SIGKILL)
    #expect(try await run.value.end == .signalled(SIGKILL))
    #expect(try await fake.claim(.all)?.gpus == [FakeDriver.first, FakeDriver.second])
  }
}

/// The owners of GPUs.
private final class Tally: Sendable {
  private let state = Mutex((held: Set<GPU>(), count: 0, doubles: 0))
  var count: Int { state.withLock { $0.count } }
  /// How often a GPU was taken that had an owner.
  var doubles: Int { state.withLock { $0.doubles } }

  func took(_ gpu: GPU) {
    state.withLock { state in
      state.count += 1
      if !state.held.insert(gpu).inserted { state.doubles += 1 }
    }
  }

  func gives(_ gpu: GPU) { _ = state.withLock { $0.held.remove(gpu) } }
}

/// Not tests of their own: other tests start them in a process of their own.
@Suite struct GPUHelperTests {
  @Test(.enabled(if: getenv("SHOAL_TEST_GPU_WORLD") != nil))
  func `holds both GPUs until it is killed`() async throws {
    let folder = try #require(getenv("SHOAL_TEST_GPU_WORLD").map { String(cString: $0) })
    let pool = try await GPUPool.claim(.all, driver: GPUDriver(root: "\(folder)/driver"), folder: folder)
    let signal = open("\(folder)/signal", O_WRONLY | O_CLOEXEC)
    _ = Pipe.writeAll(signal, Array("up".utf8))
    close(signal)
    _ = await SandboxWorld.wait(for: "\(folder)/never")
    withExtendedLifetime(pool) {}
  }
}
