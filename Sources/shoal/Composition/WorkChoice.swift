import PaperModel

/// Which work a worker takes: stages, and runs by the kind of device.
struct WorkChoice: Sendable, Equatable {
  /// The stages other than runs.
  var stages: Set<Stage>
  /// The devices of runs.
  var runs: Set<DeviceKind>
  /// Whether it is an error if there is no GPU.
  var insistsOnGPU = false

  /// Everything; runs on a GPU if there is one.
  static let everything = WorkChoice(
    stages: Set(Stage.allCases).subtracting([.run]), runs: Set(DeviceKind.allCases))

  /// Everything for a campaign whose experiments run on this kind of device.
  static func everything(on device: DeviceKind) -> WorkChoice {
    WorkChoice(stages: everything.stages, runs: [.cpu, device], insistsOnGPU: device == .gpu)
  }

  init(stages: Set<Stage>, runs: Set<DeviceKind>, insistsOnGPU: Bool = false) {
    self.stages = stages
    self.runs = runs
    self.insistsOnGPU = insistsOnGPU
  }

  /// Reads `STAGE,…`, where `run` stands for `run.cpu` and, if there is a GPU, `run.gpu`.
  /// - Throws: the error that `complain` makes of a word that is no stage, or of an empty list.
  init(_ text: String, complain: (String) -> any Error) throws {
    self.init(stages: [], runs: [])
    for word in text.split(separator: ",") {
      switch word {
      case "run": runs.formUnion(DeviceKind.allCases)
      case "run.cpu": runs.insert(.cpu)
      case "run.gpu":
        runs.insert(.gpu)
        insistsOnGPU = true
      default:
        guard let stage = Stage(rawValue: String(word)) else {
          let all = Stage.allCases.map(\.rawValue) + DeviceKind.allCases.map { "run.\($0.rawValue)" }
          throw complain("--stages: “\(word)” is no stage; the stages are \(all.joined(separator: ", "))")
        }
        stages.insert(stage)
      }
    }
    if stages.isEmpty, runs.isEmpty { throw complain("--stages names no stage") }
  }

  /// Whether it only executes contained code, which needs no key.
  var isOnlyRuns: Bool { stages.isEmpty }
}
