import Operations
import PaperModel
import YAML

/// `shoal.yaml`: what a person does not want to type again.
struct SettingsFile: Decodable {
  struct Prices: Decodable {
    /// Dollars, as they are written.
    var cpuSecond: String?
    var gpuSecond: String?
    var date: String?

    enum CodingKeys: String, CodingKey {
      case cpuSecond = "cpu-second"
      case gpuSecond = "gpu-second"
      case date
    }
  }

  var data: String?
  var python: String?
  var prices: Prices?

  enum CodingKeys: String, CodingKey { case data, python, prices }

  /// The file's settings; nil where there is no such file.
  static func read(_ path: String) throws -> SettingsFile? {
    guard let bytes = try FileInput.readIfThere(path, limit: 1 << 20) else { return nil }
    do {
      let document = try YAMLDocument(parsing: bytes, file: path)
      if document.root.content == .null { return SettingsFile() }
      return try document.decode(SettingsFile.self)
    } catch { throw OperationError("\(error). Correct it, or move the file away.") }
  }

  /// The prices; the standard ones where the file names none.
  func devicePrices() throws -> DevicePrices {
    let standard = DevicePrices.standard
    guard let prices else { return standard }
    func money(_ text: String?, _ key: String, _ usual: Money) throws -> Money {
      guard let text else { return usual }
      guard let money = Money(dollars: text) else {
        throw OperationError(
          "shoal.yaml: prices, \(key): «\(text)» is no price; write dollars with at most nine decimals, e.g. 0.000011.")
      }
      return money
    }
    return DevicePrices(
      date: prices.date ?? standard.date, cpuSecond: try money(prices.cpuSecond, "cpu-second", standard.cpuSecond),
      gpuSecond: try money(prices.gpuSecond, "gpu-second", standard.gpuSecond))
  }
}
