/// A batch of ideas on one template: the unit of submission.
public struct CampaignDefinition: Codable, Hashable, Sendable {
  /// How much an experiment computes.
  public enum Scale: String, Codable, Sendable, CaseIterable {
    case small, full
  }

  /// What happens to a paper whose next step does not fit into its cap.
  public enum WhenExhausted: String, Codable, Sendable, CaseIterable {
    case deadLetter, snooze
  }

  public var name: String
  public var template: TemplateBundle
  /// The number of requested papers.
  public var ideas: Int
  /// The name of the scientist, e.g. `sweep`.
  public var scientist: String
  /// How much each experiment computes.
  public var scale: Scale
  /// The longest that one experiment may take, in seconds.
  public var timeLimitSeconds: Int
  /// The most that the campaign may cost.
  public var budget: Money
  /// What happens at the cap.
  public var whenExhausted: WhenExhausted
  /// The kind of slot that experiments need.
  public var device: DeviceKind
  /// The prices of devices.
  public var prices: Prices
  /// Higher priorities are delivered first.
  public var priority: Priority {
    get { preference.flatMap { Priority($0) } ?? .usual }
    set { preference = newValue == .usual ? nil : newValue.value }
  }
  /// The user's own ideas, `[Idea]` as JSON, all of which become papers; nil if the scientist proposes them. Not
  /// encoded if nil: definitions of older versions are read and written unchanged.
  public var ownIdeas: BlobReference?
  /// Not encoded if it is the default: definitions of older versions are read and written unchanged.
  private var preference: Int?

  private enum CodingKeys: String, CodingKey {
    case name, template, ideas, scientist, scale, timeLimitSeconds, budget, whenExhausted, device, prices, ownIdeas
    case preference = "priority"
  }

  public init(
    name: String, template: TemplateBundle, ideas: Int, scientist: String, scale: Scale = .small,
    timeLimitSeconds: Int, budget: Money, whenExhausted: WhenExhausted = .deadLetter, device: DeviceKind = .cpu,
    prices: Prices = .standard, priority: Priority = .usual
  ) {
    self.name = name
    self.template = template
    self.ideas = ideas
    self.scientist = scientist
    self.scale = scale
    self.timeLimitSeconds = timeLimitSeconds
    self.budget = budget
    self.whenExhausted = whenExhausted
    self.device = device
    self.prices = prices
    self.priority = priority
  }
}

/// An experiment template, stored in the blob store.
public struct TemplateBundle: Codable, Hashable, Sendable {
  /// Its name, e.g. `grokking`.
  public var name: String
  public var files: FileTree

  public init(name: String, files: FileTree) {
    self.name = name
    self.files = files
  }
}

/// One idea on its way to a PDF and a review.
public struct PaperDefinition: Codable, Hashable, Sendable {
  /// The campaign that it belongs to.
  public var campaign: CampaignDefinition
  /// Its number within the campaign, from 1.
  public var ordinal: Int
  public var idea: Idea
  /// The baseline run of the template at this scale on this device kind.
  public var baseline: RunResult

  public init(campaign: CampaignDefinition, ordinal: Int, idea: Idea, baseline: RunResult) {
    self.campaign = campaign
    self.ordinal = ordinal
    self.idea = idea
    self.baseline = baseline
  }
}
