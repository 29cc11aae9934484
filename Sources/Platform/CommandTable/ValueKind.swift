/// The type of a flag's value or of an argument.
public enum ValueKind: Sendable, Hashable {
  /// Any text that is not empty.
  case text
  /// A whole number within the range.
  case integer(ClosedRange<Int>)
  /// A whole number and its unit: `500ms`, `20s`, `5m`, `2h`, `1d`; within the range.
  case duration(ClosedRange<Duration>)
  /// Dollars with at most nine decimals, exact: `15`, `0.25`; not negative, and at most so many whole dollars.
  case money(mostDollars: Int64)
  /// One of these choices.
  case choice([String])
  /// A path; completion offers files.
  case path

  /// The expected input, for help and errors.
  var wanted: String {
    switch self {
    case .text: "text"
    case .integer(let range):
      range.upperBound == .max
        ? "a whole number from \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .duration(let range):
      "a duration such as 20s, 5m or 2h, from \(format(range.lowerBound)) to \(format(range.upperBound))"
    case .money(let most): "dollars such as 15 or 0.25, at most \(most)"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .path: "a path"
    }
  }

  /// `wanted`, unless it is obvious; nil for text and paths.
  var hint: String? {
    switch self {
    case .text, .path: nil
    case .money: "dollars such as 15 or 0.25"
    default: wanted
    }
  }

  private func format(_ duration: Duration) -> String {
    let milliseconds =
      Int64(duration.components.seconds) * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
    where milliseconds != 0 && milliseconds % size == 0 {
      return "\(milliseconds / size)\(unit)"
    }
    return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
  }
}
