import CommandTable
import FoundationEssentials
import Operations
import PaperModel

/// A campaign as a batch file or flags describe it; missing values have defaults.
struct CampaignOptions: Decodable, Equatable {
  var template: String?
  /// The number of requested papers; nil if it is not given, also if a batch file lists ideas instead.
  var ideas: Int? {
    get { written?.count }
    set { written = CountOrList(count: newValue) }
  }
  private var written: CountOrList?
  /// The path of a file of ideas.
  var ideasFrom: String?
  /// The ideas that a batch file lists.
  var listed: OwnIdeas?
  var name: String?
  var scale: String?
  var timeLimit: String?
  var budget: String?
  var whenExhausted: String?
  var device: String?
  var scientist: String?
  /// A synonym for `scientist`.
  var model: String?
  var priority: Int?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case written = "ideas"
    case ideasFrom = "ideas-from"
    case template, name, scale, budget, device, scientist, model, priority
    case timeLimit = "time-limit"
    case whenExhausted = "when-exhausted"
  }

  init() {}

  /// Overrides values by the flags that were given.
  mutating func take(_ invocation: Invocation, from flags: [String] = CodingKeys.allCases.map(\.rawValue)) {
    func text(_ flag: String) -> String? {
      flags.contains(flag) && invocation.isSet(flag) ? invocation.text(flag) : nil
    }
    template = text("template") ?? template
    name = text("name") ?? name
    if let file = text("ideas-from") { (ideasFrom, listed) = (file, nil) }
    scale = text("scale") ?? scale
    whenExhausted = text("when-exhausted") ?? whenExhausted
    device = text("device") ?? device
    // A flag overrides the file whichever of the two synonyms each of them uses.
    scientist = text("scientist") ?? text("model") ?? scientist ?? model
    if flags.contains("priority"), invocation.isSet("priority") { priority = invocation.integer("priority") }
    if flags.contains("ideas"), invocation.isSet("ideas") { ideas = invocation.integer("ideas") }
    if flags.contains("budget"), invocation.isSet("budget"), let nanodollars = invocation.nanoDollars("budget") {
      budget = Money(nanodollars: nanodollars).description.dropFirst().description
    }
    if flags.contains("time-limit"), invocation.isSet("time-limit"), let time = invocation.duration("time-limit") {
      timeLimit = "\(max(1, time.components.seconds))s"
    }
  }

  /// The campaign. Its values must have been checked, as those of flags and batch files are.
  func definition(_ bundle: TemplateBundle, prefix: String = "", prices: Prices) -> CampaignDefinition {
    let scale = scale.flatMap(CampaignDefinition.Scale.init) ?? .small
    let made = "\(prefix)\(Self.plain(bundle.name))-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
    let usualLimit = scale == .small ? 300 : 7200
    return CampaignDefinition(
      name: name ?? made, template: bundle, ideas: ideas ?? 3,
      scientist: scientist ?? model ?? BuiltInScientists.standard, scale: scale,
      timeLimitSeconds: timeLimit.flatMap(WrittenDuration.seconds) ?? usualLimit,
      budget: budget.map(Self.amount) ?? Money(nanodollars: 15_000_000_000),
      whenExhausted: whenExhausted == "snooze" ? .snooze : .deadLetter,
      device: device.flatMap(DeviceKind.init) ?? .cpu, prices: prices,
      priority: priority.flatMap(Priority.init) ?? .usual)
  }

  private static func amount(_ text: String) -> Money {
    guard let money = Money(dollars: text) else { preconditionFailure("The budget “\(text)” was not checked.") }
    return money
  }

  /// A template's name as part of a stream's name.
  private static func plain(_ name: String) -> String {
    let kept = name.lowercased().utf8.filter { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    let text = String(decoding: kept.prefix(40), as: UTF8.self)
    return text.first?.isLetter == true ? text : "t" + text
  }
}

/// A number of ideas, or a list of them, which is read with its positions elsewhere.
struct CountOrList: Decodable, Equatable {
  var count: Int?

  init(count: Int?) { self.count = count }

  init(from decoder: any Decoder) throws {
    if (try? decoder.unkeyedContainer()) == nil { count = try decoder.singleValueContainer().decode(Int.self) }
  }
}

/// A duration in the notation of flags and batch files.
enum WrittenDuration {
  /// `20s`, `5m`, `2h`, `1d` in seconds; nil for anything else and for durations shorter than a second or longer than a
  /// week.
  static func seconds(_ text: String) -> Int? {
    guard let unit = text.last, let factor = ["s": 1, "m": 60, "h": 3600, "d": 86_400][String(unit)],
      text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text.dropLast()),
      count <= 7 * 86_400, (1...(7 * 86_400)).contains(count * factor)
    else { return nil }
    return count * factor
  }
}
