import LanguageModels
import Operations
import PaperModel
import YAML

/// The models that can be chosen: the shipped ones, and those of a `models.yaml` beside `shoal.yaml` or where
/// `SHOAL_MODELS` names it; imported prices lie beside it.
struct ModelSettings: Sendable {
  let catalogue: ModelCatalogue
  /// The file of the user's own models, whether it is there or not.
  let file: String
  let imported: PriceList?

  /// The file with imported prices.
  var priceFile: String { Self.priceFile(beside: file) }

  private static let limit = 64 << 20

  /// - Throws: `OperationError` if a file can't be used, or the one that is named is not there.
  init(environment: (String) -> String? = Settings.environment) throws {
    let named = environment("SHOAL_MODELS")
    file = Settings.absolute(named ?? "models.yaml")
    let own = named == nil ? try FileInput.readIfThere(file, limit: 1 << 20) : try FileInput.read(file, limit: 1 << 20)
    do {
      var catalogue = try ModelCatalogue.shipped()
      if let own {
        catalogue.add(
          try ModelCatalogue(try YAMLDocument(parsing: own, file: file), folder: Self.folder(of: file)))
      }
      let prices = Self.priceFile(beside: file)
      imported = try FileInput.readIfThere(prices, limit: Self.limit).map { bytes in
        do { return try CanonicalJSON.decode(PriceList.self, from: bytes) } catch {
          throw OperationError(
            "\(prices) can't be read. Move it away, and write it anew with `shoal prices import FILE`.")
        }
      }
      if let imported { catalogue.add(imported) }
      self.catalogue = catalogue
    } catch let error as YAMLError { throw OperationError("\(error). Correct it, or move the file away.") }
  }

  private static func priceFile(beside file: String) -> String {
    "\(folder(of: file))/prices.json"
  }

  /// - Parameter file: an absolute path.
  private static func folder(of file: String) -> String {
    file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
  }

  /// The model of a name.
  /// - Throws: `OperationError` that lists the names there are.
  func model(_ name: String) throws -> LanguageModel {
    guard let model = catalogue.models[name] else {
      let names = catalogue.models.keys.sorted().joined(separator: ", ")
      throw OperationError("There is no model “\(name)”. There are \(names); \(file) adds others.")
    }
    return model
  }

  /// The key in an environment variable, or in the file that the variable with `_FILE` behind its name names.
  static func key(_ name: String, environment: (String) -> String? = Settings.environment) throws -> Secret? {
    if let value = environment(name) { return Secret(value) }
    return try environment(name + "_FILE").map { try SecretSource.file($0).read() }
  }

  /// Why a model can't be called, a sentence; nil if nothing is known that stands against it.
  static func problem(_ model: LanguageModel) -> String? {
    if model.prices == nil { return "no price is known; write it, or `free: true`, into models.yaml" }
    guard let name = model.key else { return nil }
    do {
      return try key(name) == nil ? "\(name) is not set; it, or the file that \(name)_FILE names, holds the key" : nil
    } catch { return "\(error)" }
  }
}
