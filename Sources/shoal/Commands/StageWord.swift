import CommandTable
import PaperModel

/// A stage as a person writes it.
enum StageWord {
  static func stage(_ word: String, _ flag: String, _ invocation: Invocation) throws -> Stage {
    guard let stage = Stage(rawValue: word) else {
      let all = Stage.allCases.map(\.rawValue).joined(separator: ", ")
      throw invocation.failure("--\(flag): «\(word)» is no stage; the stages are \(all)")
    }
    return stage
  }
}
