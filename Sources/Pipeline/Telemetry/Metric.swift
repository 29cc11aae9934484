/// What a number is called and what it means. The names are public interface: dashboards and alerts use them.
public struct Metric: Sendable, Hashable {
  /// How the number behaves.
  public enum Kind: Sendable, Hashable {
    /// Only grows, until the process ends.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts observations by size; the upper limits of the buckets, ascending, without the infinite one.
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
  /// How the number behaves.
  public let kind: Kind
  /// One sentence.
  public let help: String
  /// The names of its labels.
  public let labels: [String]

  public init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = []) {
    self.name = name
    self.kind = kind
    self.help = help
    self.labels = labels
  }
}
