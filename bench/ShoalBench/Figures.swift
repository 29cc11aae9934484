import FoundationEssentials
import Glibc
import Synchronization

/// All figures of a run: printed as they come, and kept for the file.
final class Figures: Sendable {
  private let all = Mutex<[Measurement]>([])

  func add(_ measurements: [Measurement]) {
    for measurement in measurements { Self.show(measurement) }
    all.withLock { $0 += measurements }
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(all.withLock { $0 }).write(to: URL(fileURLWithPath: path))
  }

  private static func show(_ measurement: Measurement) {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    func short(_ value: Double) -> String {
      value >= 100 ? "\(Int(value.rounded()))" : "\((value * 100).rounded() / 100)"
    }
    let ratio = measurement.ratio.map { "\(short($0)) times \(measurement.to ?? "")" } ?? ""
    print(
      padded(measurement.name, 62) + padded("\(short(measurement.value)) \(measurement.unit)", 20) + padded(ratio, 48)
        + (measurement.target.map { "aim: \($0)" } ?? ""))
    fflush(nil)
  }
}
