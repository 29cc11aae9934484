import Operations
import PaperModel
import YAML

/// A campaign as a YAML file: the flags of `shoal submit` as keys.
enum BatchFile {
  static func read(_ path: String) throws -> CampaignOptions {
    let bytes = try FileInput.read(path, limit: 1 << 20)
    do {
      let document = try YAMLDocument(parsing: bytes, file: path)
      let wish = try document.decode(CampaignOptions.self)
      try check(wish, document)
      return wish
    } catch let error as YAMLError { throw OperationError("\(error). Correct the file.") }
  }

  private static func check(_ wish: CampaignOptions, _ document: YAMLDocument) throws {
    func refuse(_ key: String, _ wanted: String) -> YAMLError {
      document.failure("\(key) must be \(wanted)", at: document.root[key]?.mark ?? document.root.mark)
    }
    func choice(_ value: String?, _ key: String, _ words: [String]) throws {
      guard let value, !words.contains(value) else { return }
      throw refuse(key, "one of " + words.joined(separator: ", "))
    }
    guard wish.template != nil else { throw document.failure("the key «template» is missing", at: document.root.mark) }
    if let ideas = wish.ideas, !(0...10_000).contains(ideas) { throw refuse("ideas", "from 0 to 10000") }
    if let budget = wish.budget, Money(dollars: budget) == nil { throw refuse("budget", "dollars such as 15 or 0.25") }
    if let limit = wish.timeLimit, WrittenDuration.seconds(limit) == nil {
      throw refuse("time-limit", "a duration such as 20s, 5m or 2h, from 1s to 7d")
    }
    try choice(wish.scale, "scale", CampaignDefinition.Scale.allCases.map(\.rawValue))
    try choice(wish.whenExhausted, "when-exhausted", ["dead-letter", "snooze"])
    try choice(wish.device, "device", DeviceKind.allCases.map(\.rawValue))
    try choice(wish.scientist, "scientist", BuiltInScientists.names)
    try choice(wish.model, "model", BuiltInScientists.names)
    if wish.scientist != nil, wish.model != nil { throw refuse("model", "left out: scientist says it already") }
    if let priority = wish.priority, Priority(priority) == nil { throw refuse("priority", "from -100 to 100") }
  }
}
