public import YAML

/// The models of a `models.yaml`, by name.
public struct ModelCatalogue: Sendable {
  public internal(set) var models: [String: LanguageModel]

  /// Reads a file: `models:`, and below it each model by its name.
  /// - Parameter folder: where mailboxes with a relative path are.
  /// - Throws: `YAMLError` with the place of what is wrong.
  public init(_ document: YAMLDocument, folder: String = ".") throws(YAMLError) {
    let file: File = try document.decode()
    models = [:]
    for (name, entry) in file.models ?? [:] { models[name] = entry.model(name, folder: folder) }
  }

  /// The models that can be chosen without a file.
  public static func shipped() throws(YAMLError) -> ModelCatalogue {
    try ModelCatalogue(try YAMLDocument(parsing: PackageResources.models_yaml, file: "the shipped models.yaml"))
  }

  /// Adds models; one of the same name takes the place of the one that was there.
  public mutating func add(_ others: ModelCatalogue) { models.merge(others.models) { $1 } }

  private struct File: Decodable {
    let models: [String: ModelEntry]?
  }
}

/// A model as it stands in the file.
private struct ModelEntry: Decodable {
  private struct Limits: Decodable {
    let requests: Int64?
    let tokens: Int64?
    let inFlight: Int64?

    enum CodingKeys: String, CodingKey {
      case requests, tokens
      case inFlight = "in-flight"
    }
  }

  private struct Quirks: Decodable {
    let outputLimitField: String?
    let temperature: Bool?
    let seed: Bool?
    let structure: String?
    let normalisation: String?
    let tokensPerRequest: Int64?
    let tokensPerMessage: Int64?
    let tokensPerTool: Int64?
    let tokensPerImage: Int64?

    enum CodingKeys: String, CodingKey {
      case temperature, seed, structure, normalisation
      case outputLimitField = "output-limit-field"
      case tokensPerRequest = "tokens-per-request"
      case tokensPerMessage = "tokens-per-message"
      case tokensPerTool = "tokens-per-tool"
      case tokensPerImage = "tokens-per-image"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case `protocol`, endpoint, model, key, context, output, free, prices, limits, quirks
  }

  private let wire: LanguageModel.Wire
  private let endpoint: String
  private let providerName: String?
  private let key: String?
  private let context: Int64
  private let output: Int64
  private let prices: ModelPrices?
  private var limits = LanguageModel.Limits()
  private var bound = PromptBound()
  private var quirks = RequestBody.Quirks()

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func refuse(_ sentence: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: sentence))
    }
    let word = try values.decode(String.self, forKey: .protocol)
    guard let wire = LanguageModel.Wire(rawValue: word) else {
      throw refuse(
        "the protocol “\(word)” is none of \(LanguageModel.Wire.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.wire = wire
    let endpoint = try values.decode(String.self, forKey: .endpoint)
    if wire != .mailbox, !endpoint.hasPrefix("https://"), !endpoint.hasPrefix("http://") {
      throw refuse("the endpoint “\(endpoint)” is no URL; write for example https://api.openai.com/v1")
    }
    self.endpoint = String(endpoint.reversed().drop { $0 == "/" }.reversed())
    providerName = try values.decodeIfPresent(String.self, forKey: .model)
    key = try values.decodeIfPresent(String.self, forKey: .key)
    if let key, !key.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5a).contains($0 & 0xdf) || $0 == 0x5f })
    {
      throw refuse("key is the name of an environment variable, such as OPENAI_API_KEY, and never the key itself")
    }
    context = try values.decode(Int64.self, forKey: .context)
    output = try values.decode(Int64.self, forKey: .output)
    guard (1...1 << 40).contains(context), (1...context).contains(output) else {
      throw refuse("context is a number of tokens, and output one from 1 to context")
    }
    let isFree = try values.decodeIfPresent(Bool.self, forKey: .free) ?? false
    let listed = try values.decodeIfPresent(PriceEntry.self, forKey: .prices)
    guard !isFree || listed == nil else { throw refuse("a model that is free has no prices; remove one of the two") }
    prices = isFree ? .free : listed?.prices
    if let limits = try values.decodeIfPresent(Limits.self, forKey: .limits) {
      guard [limits.requests, limits.tokens, limits.inFlight].allSatisfy({ $0.map { $0 > 0 } ?? true }) else {
        throw refuse("limits are whole numbers from 1 on: requests and tokens a minute, and calls in-flight")
      }
      self.limits.requestsPerMinute = limits.requests
      self.limits.tokensPerMinute = limits.tokens
      self.limits.inFlight = limits.inFlight
    }
    if let quirks = try values.decodeIfPresent(Quirks.self, forKey: .quirks) {
      if let problem = apply(quirks) { throw refuse(problem) }
    }
  }

  /// - Returns: what is wrong with them.
  private mutating func apply(_ given: Quirks) -> String? {
    if let word = given.structure {
      guard let structure = RequestBody.Structure(rawValue: word) else {
        return "structure is one of \(RequestBody.Structure.allCases.map(\.rawValue).joined(separator: ", "))"
      }
      quirks.structure = structure
    }
    if let word = given.normalisation {
      guard let normalisation = PromptBound.Normalisation(rawValue: word) else {
        return "normalisation is one of \(PromptBound.Normalisation.allCases.map(\.rawValue).joined(separator: ", "))"
      }
      bound.normalisation = normalisation
    }
    let counts = [given.tokensPerRequest, given.tokensPerMessage, given.tokensPerTool, given.tokensPerImage]
    guard counts.allSatisfy({ $0.map { (0...1 << 30).contains($0) } ?? true }) else {
      return "numbers of tokens are whole and not negative"
    }
    quirks.outputLimitField = given.outputLimitField ?? quirks.outputLimitField
    quirks.takesTemperature = given.temperature ?? quirks.takesTemperature
    quirks.takesSeed = given.seed ?? quirks.takesSeed
    bound.perRequest = given.tokensPerRequest ?? bound.perRequest
    bound.perMessage = given.tokensPerMessage ?? bound.perMessage
    bound.perTool = given.tokensPerTool ?? bound.perTool
    bound.perImage = given.tokensPerImage ?? bound.perImage
    return nil
  }

  func model(_ name: String, folder: String) -> LanguageModel {
    let isRelative = wire == .mailbox && !endpoint.hasPrefix("/")
    return LanguageModel(
      name: name, wire: wire, endpoint: isRelative ? "\(folder)/\(endpoint)" : endpoint, model: providerName ?? name,
      key: key, context: context,
      output: output, prices: prices, limits: limits, bound: bound, quirks: quirks)
  }
}

/// Prices as they stand in the file: dollars per million tokens.
private struct PriceEntry: Decodable {
  private enum CodingKeys: String, CodingKey {
    case date, above, input, output, reasoning, tiers
    case cacheRead = "cache-read"
    case cacheWrite = "cache-write"
    case longCacheWrite = "long-cache-write"
  }

  let prices: ModelPrices

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let date = try values.decode(String.self, forKey: .date)
    func refuse(_ sentence: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: sentence))
    }
    guard date.wholeMatch(of: #/\d{4}-\d{2}-\d{2}/#) != nil else { throw refuse("date is a day such as 2026-11-28") }
    var tiers = [try Tier.read(values, above: 0)]
    for tier in try values.decodeIfPresent([Tier].self, forKey: .tiers) ?? [] { tiers.append(tier.tier) }
    guard let prices = ModelPrices(date: date, tiers: tiers) else {
      throw refuse("tiers rise: each has an `above` larger than that of the one before")
    }
    self.prices = prices
  }

  private struct Tier: Decodable {
    let tier: ModelPrices.Tier

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      tier = try Self.read(values, above: try values.decode(Int64.self, forKey: .above))
    }

    static func read(_ values: KeyedDecodingContainer<CodingKeys>, above: Int64) throws -> ModelPrices.Tier {
      ModelPrices.Tier(
        above: above, input: try values.decode(Dollars.self, forKey: .input).nanodollars,
        output: try values.decode(Dollars.self, forKey: .output).nanodollars,
        cacheRead: try values.decodeIfPresent(Dollars.self, forKey: .cacheRead)?.nanodollars,
        cacheWrite: try values.decodeIfPresent(Dollars.self, forKey: .cacheWrite)?.nanodollars,
        longCacheWrite: try values.decodeIfPresent(Dollars.self, forKey: .longCacheWrite)?.nanodollars,
        reasoning: try values.decodeIfPresent(Dollars.self, forKey: .reasoning)?.nanodollars)
    }
  }

  private struct Dollars: Decodable {
    let nanodollars: Int64

    init(from decoder: any Decoder) throws {
      let text = try decoder.singleValueContainer().decode(String.self)
      guard let scaled = DecimalText.scaled(text, places: 9), scaled.isExact else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "“\(text)” is no price; write dollars per million tokens with at most nine decimals"))
      }
      nanodollars = scaled.value
    }
  }
}
