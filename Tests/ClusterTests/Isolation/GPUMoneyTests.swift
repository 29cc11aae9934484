import ChildProcesses
import Foundation
import Testing

/// The cost of GPU runs on the books equals the sandbox's record, even if the worker was killed.
@Suite(.serialized)
struct GPUMoneyTests {
  private struct Costs: Decodable {
    struct Step: Decodable {
      let step: String
      let state: String
      let costNanodollars: Int64
    }
    let uncertainNanodollars: Int64
    let reservedNanodollars: Int64
    let steps: [Step]
  }

  @Test(.timeLimit(.minutes(3)))
  func `a run whose worker was killed is paid for as long as it had its GPU, and taken once more`() async throws {
    try await IsolationTests.withGPU { gpu, data in
      func run(_ words: [String], _ environment: [String: String] = [:]) async throws -> ChildReport {
        try await ChildProcess.run(
          try IsolationTests.command(
            words, place: ["--data", data], environment.merging(["SHOAL_NVIDIA_ROOT": gpu.root]) { $1 }))
      }
      let template = IsolationTests.template
      let submitted = try await run(["submit", "--template", template, "--ideas", "1", "--device", "gpu"])
      try #require(submitted.end == .exited(0), "\(submitted.errors.text)")
      async let thought = run([
        "worker", "--until-idle", "--stages", "ideate,novelty,design,plot,write,review,revise",
      ])
      let killed = try await run(["worker", "--stages", "run.gpu"], ["SHOAL_KILL_AT": "launch.after:1"])
      #expect(killed.end == .signalled(SIGKILL), "\(killed.errors.text)")
      let finished = try await run(["worker", "--stages", "run.gpu", "--until-idle"])
      #expect(finished.end == .exited(0), "\(finished.output.text)\(finished.errors.text)")
      #expect(try await thought.end == .exited(0))

      let printed = try await run(["costs", "--json"])
      let costs = try JSONDecoder().decode(Costs.self, from: Data(printed.output.bytes))
      let runs = costs.steps.filter { $0.step == "sandbox.run" }
      #expect(runs.filter { $0.state == "abandoned" }.count == 1, "\(runs)")
      #expect(costs.uncertainNanodollars == 0 && costs.reservedNanodollars == 0)
      let pages = try Self.pages("\(data)/executions")
      #expect(pages.count == runs.count)
      #expect(runs.map(\.costNanodollars).sorted() == pages.sorted())
    }
  }

  /// The price of each execution on a GPU according to the sandbox's record.
  private static func pages(_ folder: String) throws -> [Int64] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains("sandbox.run") }.map { name in
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      let lines = text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int64($0) } }
      try #require(lines.count == 2 && lines[0].count == 2 && lines[1].count == 3, "\(text)")
      func price(_ nanoseconds: Int64, _ second: Int64) -> Int64 {
        (nanoseconds * second + 999_999_999) / 1_000_000_000
      }
      let all = price(lines[0][0], lines[0][1]) + price(lines[1][0], lines[1][1])
      #expect(lines[1][0] > 0)
      return min(all, lines[1][2])
    }
  }
}
