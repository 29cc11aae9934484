import ExperimentTemplates
import Operations
import PaperModel
import YAML

/// A campaign as a YAML file: the flags of `shoal submit` as keys.
enum BatchFile {
  static func read(_ path: String) throws -> CampaignOptions {
    let bytes = try FileInput.read(path, limit: IdeaFile.mostBytes)
    do {
      let document = try YAMLDocument(parsing: bytes, file: path, limits: IdeaFile.limits)
      try checkNumbers(document)
      var wish = try document.decode(CampaignOptions.self)
      try check(wish, document)
      if let node = document.root["ideas"], case .list = node.content {
        wish.listed = OwnIdeas(source: path, file: try IdeaFile(node, file: path))
      }
      return wish
    } catch let error as YAMLError { throw OperationError("\(error). Correct the file.") }
  }

  /// Checks whole numbers and their ranges before they are decoded.
  private static func checkNumbers(_ document: YAMLDocument) throws {
    for (key, range) in [("ideas", 0...10_000), ("priority", Priority.range)] {
      guard let node = document.root[key], node.content != .null else { continue }
      if case .integer(let number, _) = node.content, range.contains(Int(number)) { continue }
      if key == "ideas", case .list = node.content { continue }
      throw document.failure(
        "\(key) needs a whole number from \(range.lowerBound) to \(range.upperBound)", at: node.mark)
    }
  }

  private static func check(_ wish: CampaignOptions, _ document: YAMLDocument) throws {
    func refuse(_ key: String, _ wanted: String) -> YAMLError {
      document.failure("\(key) must be \(wanted)", at: document.root[key]?.mark ?? document.root.mark)
    }
    func choice(_ value: String?, _ key: String, _ words: [String]) throws {
      guard let value, !words.contains(value) else { return }
      throw refuse(key, "one of " + words.joined(separator: ", "))
    }
    guard wish.template != nil else { throw document.failure("the key “template” is missing", at: document.root.mark) }
    if wish.ideasFrom != nil, case .list? = document.root["ideas"]?.content {
      throw refuse("ideas-from", "left out: ideas lists them already")
    }
    if let budget = wish.budget, Money(dollars: budget).map({ $0 > .zero }) != true {
      throw refuse("budget", "more than 0 dollars and at most \(Money.limitDollars), such as 15 or 0.25")
    }
    if let limit = wish.timeLimit, WrittenDuration.seconds(limit) == nil {
      throw refuse("time-limit", "a duration such as 20s, 5m or 2h, from 1s to 7d")
    }
    try choice(wish.scale, "scale", CampaignDefinition.Scale.allCases.map(\.rawValue))
    try choice(wish.whenExhausted, "when-exhausted", ["dead-letter", "snooze"])
    try choice(wish.device, "device", DeviceKind.allCases.map(\.rawValue))
    try choice(wish.scientist, "scientist", BuiltInScientists.names)
    try choice(wish.model, "model", BuiltInScientists.names)
    if wish.scientist != nil, wish.model != nil { throw refuse("model", "left out: scientist says it already") }
  }
}
