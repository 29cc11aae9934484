/// Prices of many models by the providers' names, as they were imported from a file.
public struct PriceList: Hashable, Sendable, Codable {
  /// A model's prices, and the day after which its provider no longer serves it, `YYYY-MM-DD`.
  public struct Entry: Hashable, Sendable, Codable {
    public let prices: ModelPrices
    public let deprecated: String?
  }

  /// By the name that the provider gives the model.
  public let models: [String: Entry]

  public init(_ file: LiteLLMPrices) {
    models = Dictionary(
      file.models.map { ($0.name, Entry(prices: $0.prices, deprecated: $0.deprecated)) }, uniquingKeysWith: { $1 })
  }
}

extension ModelCatalogue {
  /// Gives prices to the models that have none of their own and are in the list by the provider's name.
  public mutating func add(_ list: PriceList) {
    for (name, model) in models where model.prices == nil {
      models[name]?.prices = list.models[model.model]?.prices
    }
  }
}
