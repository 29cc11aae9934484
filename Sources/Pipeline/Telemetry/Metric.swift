/// A metric's name and meaning. Names are public interface: dashboards and alerts use them.
public struct Metric: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// Only grows, until the process ends.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts observations by size; the upper bounds of the buckets, ascending, without infinity.
    case histogram(buckets: [Double])

    var word: String {
      switch self {
      case .counter: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      }
    }
  }

  /// The name, with the unit last.
  public let name: String
  public let kind: Kind
  /// One sentence.
  public let help: String
  public let labels: [String]

  public init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = []) {
    self.name = name
    self.kind = kind
    self.help = help
    self.labels = labels
  }
}
