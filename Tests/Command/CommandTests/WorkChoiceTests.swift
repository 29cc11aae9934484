import Glibc
import MessageLog
import PaperModel
import Roles
import ServiceTestSupport
import StageWorker
import Testing

@testable import shoal

/// Which work a worker takes, with how many slots, and which environment variables it keeps.
@Suite struct WorkChoiceTests {
  private func choice(_ text: String) throws -> WorkChoice {
    try WorkChoice(text) { UsageTrouble(text: $0) }
  }
  private struct UsageTrouble: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
  }

  private func slots(_ text: String, parallel: Int = 3, slots: Int? = nil, gpus: Int = 0) throws -> [String: Int] {
    var found: [String: Int] = [:]
    for group in WorkerPlan.groups(try choice(text), parallel: parallel, slots: slots, gpus: gpus) {
      found[group.topics.map(\.name).sorted().joined(separator: " ")] = group.slots
    }
    return found
  }

  @Test func `a worker for everything takes all stages, and GPU runs if it has GPUs`() throws {
    let all = Stage.allCases.map(\.rawValue).joined(separator: ",")
    #expect(try choice(all) == .everything)
    let always = [
      "work.design work.ideate work.novelty": 4, "work.run.cpu": 3, "work.plot work.review work.revise work.write": 3,
    ]
    #expect(try slots(all) == always)
    #expect(try slots(all, gpus: 2) == always.merging(["work.run.gpu": 2]) { $1 })
  }

  @Test(
    arguments: [
      ("run", 0, ["work.run.cpu": 3]), ("run", 8, ["work.run.cpu": 3, "work.run.gpu": 8]),
      ("run.cpu", 8, ["work.run.cpu": 3]), ("run.gpu", 8, ["work.run.gpu": 8]),
      ("run.gpu,run.cpu", 1, ["work.run.cpu": 3, "work.run.gpu": 1]),
      ("design,write", 8, ["work.design": 9, "work.write": 3]),
      ("review,run.gpu", 1, ["work.review": 3, "work.run.gpu": 1]), ("novelty", 0, ["work.novelty": 9]),
    ] as [(String, Int, [String: Int])])
  func `slots are for each kind of work: thinking, processors, devices`(
    _ text: String, _ gpus: Int, _ expected: [String: Int]
  ) throws {
    #expect(try slots(text, slots: 9, gpus: gpus) == expected)
  }

  @Test func `a stage's slots follow from the needs of its scientists`() throws {
    let groups = WorkerPlan.groups(try choice("design,write,review,run.cpu"), parallel: 3, slots: 9, gpus: 2) {
      switch $0 {
      case .write: .thinking
      case .review: .gpu
      default: .processor
      }
    }
    #expect(groups.map(\.slots) == [9, 3, 3, 2])
    #expect(
      groups.map { $0.topics.map(\.name) } == [["work.write"], ["work.run.cpu"], ["work.design"], ["work.review"]])
  }

  @Test func `without a count, thinking has at least four slots`() throws {
    #expect(try slots("design", parallel: 1) == ["work.design": 4])
    #expect(try slots("design", parallel: 7) == ["work.design": 7])
    #expect(try slots("design", parallel: 7, slots: 1) == ["work.design": 1])
  }

  @Test func `only a GPU that is named is insisted on`() throws {
    #expect(try choice("run.gpu").insistsOnGPU)
    #expect(try !choice("run").insistsOnGPU)
    #expect(WorkChoice.everything(on: .gpu).insistsOnGPU)
    #expect(WorkChoice.everything(on: .cpu).runs == [.cpu])
    #expect(try choice("run").isOnlyRuns && choice("run.gpu,run.cpu").isOnlyRuns)
    #expect(try !choice("run,plot").isOnlyRuns)
  }

  @Test(arguments: ["", ",", "runs", "run.tpu", "run.", "work.run", "Run"])
  func `an unknown stage is refused with the list of stages`(_ text: String) {
    #expect { try choice(text) } throws: { "\($0)".contains("--stages") }
  }

  @Test(
    arguments: [
      (["worker", "--stages", "run.gpu", "--gpus", "none"], "needs a GPU"),
      (["worker", "--stages", "run.cpu", "--gpus", "all"], "--gpus is for experiments on GPUs"),
      (["worker", "--stages", "design", "--gpus", "1"], "--gpus is for experiments on GPUs"),
      (["worker", "--gpus", "some"], "is not all, none, a number"),
      (["worker", "--stages", "run.tpu"], "run.cpu, run.gpu"),
    ])
  func `flags that do not go together are refused`(_ words: [String], _ text: String) async throws {
    try await withTemporaryFolder { folder in
      let run = try await CommandRun.of(words, data: folder)
      #expect(run.code == 2)
      #expect(run.errors.contains(text), "\(run.errors)")
    }
  }

  @Test(.enabled(if: access("/usr/bin/nvidia-smi", F_OK) != 0, "this machine has a GPU's driver"))
  func `without a GPU, commands that need one fail before anything is enqueued or waited for`() async throws {
    try await withTemporaryFolder { folder in
      for words in [
        ["run", "--template", "grokking", "--device", "gpu", "--ideas", "1"], ["worker", "--stages", "run.gpu"],
        ["template", "baseline", "grokking", "--device", "gpu"], ["worker", "--gpus", "all"],
      ] {
        let run = try await CommandRun.of(words, data: folder)
        #expect(run.code == 1 && run.output.isEmpty)
        #expect(run.errors.contains("nvidia-smi is not installed; install NVIDIA's driver"), "\(run.errors)")
      }
      let status = try await CommandRun.of(["status", "--json"], data: folder)
      #expect(!status.output.contains("grokking"))
    }
  }

  @Test func `a worker for runs keeps only the variables that its log and its store need`() {
    let given = [
      "PATH": "p", "SHOAL_DATA": "d", "OPENAI_API_KEY": "x", "SHOAL_MODEL_KEY": "x", "AWS_SECRET_ACCESS_KEY": "s",
      "SHOAL_KAFKA_PASSWORD": "k", "SHOAL_KAFKA_OTHER": "x", "AWS_OTHER": "x", "path": "x",
    ]
    func kept(_ words: [String], _ settings: String = "", _ more: [String: String] = [:]) -> Set<String> {
      Set(Isolation.allowed(given.merging(more) { $1 }, words: words, settings: settings).keys)
    }
    #expect(kept(["worker"]) == ["PATH", "SHOAL_DATA"])
    #expect(kept(["worker", "--brokers", "b:1"]) == ["PATH", "SHOAL_DATA", "SHOAL_KAFKA_PASSWORD"])
    #expect(kept(["worker"], "brokers: b:1\n") == ["PATH", "SHOAL_DATA", "SHOAL_KAFKA_PASSWORD"])
    #expect(
      kept(["worker", "--brokers=b:1", "--store=s3://bucket/x"])
        == ["PATH", "SHOAL_DATA", "SHOAL_KAFKA_PASSWORD", "AWS_SECRET_ACCESS_KEY"])
    #expect(
      kept(["worker"], "", ["SHOAL_STORE": "s3://b"])
        == ["PATH", "SHOAL_DATA", "SHOAL_STORE", "AWS_SECRET_ACCESS_KEY"])
  }
}
