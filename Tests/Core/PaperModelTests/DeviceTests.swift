import GeneratorTestSupport
import PaperModel
import Testing

/// The prices of devices, and how a program requests one.
@Suite struct DeviceTests {
  private let prices = Prices(
    date: "2026-11-01", cpuSecond: Money(nanodollars: 10), gpuSecond: Money(nanodollars: 1000))

  private func program(_ device: DeviceKind) -> ContainedProgram {
    ContainedProgram(
      toolchain: .python, command: ["x.py"], files: FileTree([]), timeLimitSeconds: 59, collects: [], device: device)
  }

  @Test func `a GPU is reserved for the whole time limit, with one core beside it`() {
    #expect(prices.worst(of: program(.cpu)) == Money(nanodollars: 600))
    #expect(prices.worst(of: program(.gpu)) == Money(nanodollars: 60_600))
  }

  @Test func `a GPU is paid for as long as it was held, processor time as it was used`() {
    let charge = prices.charge(cpuNanoseconds: 3_000_000_000, wallNanoseconds: 2_500_000_000, for: program(.gpu))
    #expect(charge.money == Money(nanodollars: 2530))
    #expect(charge.cpuNanoseconds == 3_000_000_000 && charge.wallNanoseconds == 2_500_000_000)
    let idle = prices.charge(cpuNanoseconds: 0, wallNanoseconds: 2_500_000_000, for: program(.cpu))
    #expect(idle.money == .zero)
  }

  @Test func `no charge exceeds its reservation`() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<10_000 {
      for device in DeviceKind.allCases {
        let (cpu, wall) = (Int64(random.below(200_000_000_000)), Int64(random.below(200_000_000_000)))
        let charge = prices.charge(cpuNanoseconds: cpu, wallNanoseconds: wall, for: program(device))
        #expect(charge.money <= prices.worst(of: program(device)))
      }
    }
  }

  @Test func `a program without a GPU is written as it always was`() throws {
    let plain = String(decoding: try CanonicalJSON.encode(program(.cpu)), as: UTF8.self)
    #expect(
      plain == #"{"collects":[],"command":["x.py"],"diskLimitMebibytes":512,"files":{"files":[]},"#
        + #""memoryLimitMebibytes":4096,"timeLimitSeconds":59,"toolchain":"python"}"#)
    let other = String(decoding: try CanonicalJSON.encode(program(.gpu)), as: UTF8.self)
    #expect(other.contains(#""device":"gpu""#))
  }

  @Test func `a program is read as it was written`() throws {
    for device in DeviceKind.allCases {
      let bytes = try CanonicalJSON.encode(program(device))
      #expect(try CanonicalJSON.decode(ContainedProgram.self, from: bytes) == program(device))
    }
  }
}
