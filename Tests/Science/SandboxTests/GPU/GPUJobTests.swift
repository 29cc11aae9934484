import Glibc
import PaperModel
import Testing

@testable import Sandbox

/// What a job with a GPU sees of the machine, and a job without one does not.
@Suite(.serialized) struct GPUJobTests {
  private static let look = """
    import os, resource
    print(sorted(name for name in os.listdir('/dev') if 'nvidia' in name or name == 'sda'))
    print([os.environ.get(name) for name in ['CUDA_VISIBLE_DEVICES', 'LD_LIBRARY_PATH', 'JAX_PLATFORMS']])
    for name in ['nvidia0', 'nvidia1', 'nvidiactl', 'nvidia-uvm']:
      try:
        with open('/dev/' + name, 'r+') as device: print(device.read())
      except OSError as error: print(error.strerror)
    try: print(sorted(os.listdir('/opt/nvidia/lib')), open('/opt/nvidia/lib/libcuda.so.1').read())
    except OSError as error: print(error.strerror)
    try: open('/opt/nvidia/lib/libcuda.so.1', 'w'); print('written')
    except OSError: pass
    print(resource.getrlimit(resource.RLIMIT_AS)[1] == resource.RLIM_INFINITY)
    os.makedirs('out'); open('out/result', 'w').write('done')
    """

  private func run(_ device: DeviceKind, _ pool: GPUPool?, _ world: SandboxWorld) async throws -> [String] {
    let blobs = FewBlobs()
    let runner = try ContainedRunner(
      try world.sandbox().sandbox, python: PythonEnvironment(path: "/usr"), executionFolder: "\(world.folder)/book",
      gpus: pool)
    let files = FileTree([FileTree.File(path: "look.py", blob: try await blobs.keep(Array(Self.look.utf8)))])
    let program = ContainedProgram(
      toolchain: .python, command: ["look.py"], files: files, timeLimitSeconds: 20, diskLimitMebibytes: 32,
      collects: ["out"], device: device)
    let settled = try await runner.run(program, for: attempt(device.rawValue), prices: prices, blobs: blobs)
    #expect(settled.value.succeeded, "\(settled.value.errors)")
    let time = settled.charge
    #expect(
      time.money == prices.cost(cpuNanoseconds: time.cpuNanoseconds, wallNanoseconds: time.wallNanoseconds, on: device))
    return settled.value.output.split(separator: "\n").map(String.init)
  }

  private let prices = Prices(
    date: "", cpuSecond: Money(nanodollars: 1000), gpuSecond: Money(nanodollars: 1_000_000))

  private func attempt(_ name: String) -> StepAttempt {
    let step = StepID(stage: .run, visit: 1, name: name, ordinal: 0, requestDigest: String(repeating: "0", count: 64))
    return StepAttempt(stream: StreamID(.paper, "gpu")!, step: step, attempt: 1)
  }

  @Test func `a job with a GPU sees its own device, and none of the others`() async throws {
    let world = try SandboxWorld()
    let pool = try #require(try await FakeDriver(world).claim(.indexes([0])))
    #expect(
      try await run(.gpu, pool, world) == [
        "['nvidia-uvm', 'nvidia-uvm-tools', 'nvidia1', 'nvidiactl']", "['0', '/opt/nvidia/lib', 'cuda,cpu']",
        "No such file or directory", "nvidia1", "nvidiactl", "nvidia-uvm",
        "['libcuda.so.1', 'libnvidia-ml.so.1'] libcuda.so.1", "True",
      ])
    #expect(try pool.lease().access.gpu == FakeDriver.first)
  }

  @Test func `a job without a GPU sees no part of the driver, on the same worker`() async throws {
    let world = try SandboxWorld()
    let pool = try #require(try await FakeDriver(world).claim(.all))
    let missing = "No such file or directory"
    #expect(
      try await run(.cpu, pool, world) == ["[]", "[None, None, 'cpu']"] + Array(repeating: missing, count: 5)
        + ["False"])
  }

  @Test func `a worker without a GPU refuses programs that need one`() async throws {
    let world = try SandboxWorld()
    await #expect { _ = try await run(.gpu, nil, world) } throws: { error in
      guard let failure = error as? Failure else { return false }
      return failure.kind == "noGPU" && failure.retryability == .transient && "\(failure)".contains("run.gpu")
    }
    #expect(entries(of: "\(world.folder)/book").isEmpty)
  }

  @Test func `a lost attempt is charged for the time that it had its GPU`() async throws {
    let world = try SandboxWorld()
    let book = try ExecutionBook(folder: "\(world.folder)/book")
    let program = ContainedProgram(
      toolchain: .python, command: ["x"], files: FileTree([]), timeLimitSeconds: 9, collects: [], device: .gpu)
    for (name, wall, money) in [("lost", 3_500_000_000, 3_502_000), ("over", 60_000_000_000, 10_010_000)] {
      var page = try book.open(attempt(name), program, prices)
      #expect(try book.settle(attempt(name)) == .running)
      page?.note(cpuNanoseconds: 1, wallNanoseconds: 2)
      page?.note(cpuNanoseconds: 2_000_000_000, wallNanoseconds: Int64(wall))
      page?.note(cpuNanoseconds: 1_000_000_000, wallNanoseconds: 1)
      page = nil
      let charge = Charge(
        money: Money(nanodollars: Int64(money)), cpuNanoseconds: 2_000_000_000, wallNanoseconds: Int64(wall))
      #expect(try book.settle(attempt(name)) == .used(charge))
    }
    var plain = program
    plain.device = .cpu
    try book.open(attempt("plain"), plain, prices)?.note(cpuNanoseconds: 5_000_000_000, wallNanoseconds: 6)
    #expect(
      try book.settle(attempt("plain"))
        == .used(Charge(money: Money(nanodollars: 5000), cpuNanoseconds: 5_000_000_000)))
    #expect(try book.settle(attempt("never")) == .sealed)
    #expect(try book.open(attempt("never"), program, prices) == nil)
  }

  @Test func `pages of earlier versions are read, and damaged ones refused`() {
    let old = "00000000002000000000 1000 paper/x design:1:sandbox.run:0:00#1\n"
    #expect(ExecutionBook.charge(old)?.money == Money(nanodollars: 2000))
    for damaged in [
      "", "x 1000 y", "-1 1000 y", "1 -5 y", "1 1", old + "gpu", old + "gpu x 1 1", old + "gpu 1 1",
      old + "other 1 1 1",
      old + "gpu 1 1 -1", old + "gpu 1 1 1\nmore",
    ] { #expect(ExecutionBook.charge(damaged) == nil, "\(damaged)") }
  }
}

/// Blobs of one test.
private actor FewBlobs: BlobStore {
  private var kept: [BlobReference: [UInt8]] = [:]

  func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    let digits = String(kept.count, radix: 16)
    let digest = String(repeating: "0", count: 64 - digits.count) + digits
    guard let reference = BlobReference(digest: digest, size: Int64(bytes.count)) else {
      throw Failure(kind: "test", "no digest")
    }
    kept[reference] = bytes
    return reference
  }

  func bytes(of reference: BlobReference) async throws -> [UInt8] { kept[reference] ?? [] }
}
