import Glibc
import Testing

@testable import Sandbox

/// Which answers of the driver are understood, and which are refused.
@Suite struct GPUDriverTests {
  @Test func `GPUs are listed as the driver names them`() async throws {
    let world = try SandboxWorld()
    #expect(try await FakeDriver(world).driver.gpus() == [FakeDriver.first, FakeDriver.second])
    let shared = try FakeDriver(world, listing: "0, GPU-00000000-aaaa, 0000000F:01:00.0, A, comma, GB, [N/A]\n")
    await #expect(throws: SandboxError.self) { try await shared.driver.gpus() }
    let own = try FakeDriver(world, listing: "0, GPU-00000000-aaaa, 0000000F:01:00.0, GB10, [N/A]\n")
    #expect(try await own.driver.gpus().map(\.memoryMebibytes) == [nil])
  }

  @Test func `without a driver there is no GPU, and a worker that insists gets an error`() async throws {
    let world = try SandboxWorld()
    let none = GPUDriver(root: "\(world.folder)/nothing")
    #expect(try await none.gpus() == [])
    #expect(try await GPUPool.claim(.automatic, driver: none, folder: world.folder) == nil)
    await #expect { try await GPUPool.claim(.all, driver: none, folder: world.folder) } throws: {
      "\($0)".contains("nvidia-smi is not installed")
    }
  }

  @Test(arguments: [
    "0, GPU-00000000-aaaa, 00000000:01:00.0, Test", "x, GPU-00000000-aaaa, 00000000:01:00.0, Test, 1",
    "-1, GPU-00000000-aaaa, 00000000:01:00.0, Test, 1", "0, ../../etc/passwd, 00000000:01:00.0, Test, 1",
    "0, GPU-00000000/aaa, 00000000:01:00.0, Test, 1", "0, GPU-00000000-aaaa, 01:00.0, Test, 1",
    "0, GPU-00000000-aaaa, 00000000:01:00.0, , 1", "0, GPU-00000000-aaaa, 00000000:01:00.0, Test, 0",
    "0, GPU-00000000-aaaa, 00000000:01:00.0, Test, 80 GiB", "Unable to determine the device handle",
    "0, GPU-00000000-aaaa, 00000000:01:00.0, Test, 1\n1, GPU-00000000-aaaa, 00000000:02:00.0, Test, 1",
  ])
  func `an answer that is not exact is refused`(_ listing: String) async throws {
    let fake = try FakeDriver(try SandboxWorld(), listing: listing)
    await #expect { try await fake.driver.gpus() } throws: { error in
      if case .gpu(let text) = error as? SandboxError { text.contains("nvidia-smi") } else { false }
    }
  }

  @Test func `a driver that fails, finds no GPU or prints nothing gives different errors`() async throws {
    let fake = try FakeDriver(try SandboxWorld(), listing: "couldn't communicate with the driver\n")
    try fake.write("/status", "9")
    await #expect { try await fake.driver.gpus() } throws: { "\($0)".contains("couldn't communicate") }
    try fake.write("/status", "6")
    try fake.write("/listing", "No devices were found\n")
    #expect(try await fake.driver.gpus() == [])
    await #expect { try await fake.claim(.all) } throws: { "\($0)".contains("finds none") }
    try fake.write("/usr/bin/nvidia-smi", "#!/bin/sh\nsleep 60\n", mode: 0o755)
    var slow = fake.driver
    slow.patience = .milliseconds(200)
    let asked = slow
    await #expect { try await asked.gpus() } throws: { "\($0)".contains("did not answer") }
  }

  @Test func `a device's files are found by where it is plugged in, whatever its number`() async throws {
    let fake = try FakeDriver(try SandboxWorld())
    let all = try await fake.driver.gpus()
    let found = try await fake.driver.accesses(to: all, of: all)
    #expect(found.map { $0.devices[0].sandboxPath } == ["/dev/nvidia1", "/dev/nvidia0"])
    #expect(
      found[0].devices.dropFirst().map(\.sandboxPath) == ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools"])
    #expect(
      Set(found[0].libraries.map(\.sandboxPath).map { $0.split(separator: "/").last ?? "" })
        == ["libcuda.so.1", "libnvidia-ml.so.1"])
  }

  @Test func `a part of the driver that is missing or closed is named`() async throws {
    let fake = try FakeDriver(try SandboxWorld())
    let all = try await fake.driver.gpus()
    func complaint() async -> String {
      do {
        _ = try await fake.driver.accesses(to: all, of: all)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(await complaint() == "none")
    try fake.write("/dev/nvidia0", "", mode: 0o600)
    if geteuid() == 0 { #expect(await complaint().contains("/dev/nvidia0 is closed")) }
    try fake.write("/dev/nvidia0", "", mode: 0o666)
    try fake.write("/proc/driver/nvidia/gpus/0000:c1:00.0/information", "Device Minor: \t 1\n")
    #expect(await complaint().contains("two GPUs the device file /dev/nvidia1"))
    fake.remove("/proc/driver/nvidia/gpus/0000:c1:00.0/information")
    #expect(await complaint().contains("which of the device files belongs to GPU 1"))
    fake.remove("/lib/libcuda.so.1")
    #expect(await complaint().contains("libcuda.so.1 is not in the loader's cache"))
    try fake.write("/lib/libcuda.so.1", "")
    fake.remove("/dev/nvidia-uvm")
    #expect(await complaint().contains("/dev/nvidia-uvm is not there"))
  }

  @Test func `one GPU and one device file are matched without the driver's folder`() async throws {
    let fake = try FakeDriver(try SandboxWorld(), listing: "0, GPU-00000000-aaaa, 00000000:01:00.0, Test, 1\n")
    fake.remove("/proc/driver/nvidia/gpus/0000:01:00.0/information")
    fake.remove("/dev/nvidia1")
    let all = try await fake.driver.gpus()
    #expect(try await fake.driver.accesses(to: all, of: all).map { $0.devices[0].sandboxPath } == ["/dev/nvidia0"])
  }

  @Test(
    arguments: [
      ("all", .all), ("none", .nothing), ("2", .count(2)), ("0,2", .indexes([0, 2])), ("3,", .indexes([3])),
      ("0,", .indexes([0])), ("", nil), ("0", nil), ("-1", nil), ("1,1", nil), (",", nil), (",1", nil), ("1,,2", nil),
      ("ALL", nil), ("two", nil), ("99999", nil), ("1, 2", nil),
    ] as [(String, GPUChoice?)])
  func `GPU choices are parsed strictly`(_ text: String, _ choice: GPUChoice?) {
    #expect(GPUChoice(text) == choice)
  }
}
