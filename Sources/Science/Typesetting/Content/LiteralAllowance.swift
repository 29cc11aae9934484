/// A phrase with digits that is allowed in results although it is no claim's number, e.g. `95% interval`, because it
/// names something and measures nothing. It is matched whole, and has a letter, so that no bare number can be allowed.
public struct LiteralAllowance: Hashable, Sendable, Codable {
  /// The phrase, as it stands in the text.
  public let phrase: String
  /// Why it is no result, for readers who audit the paper.
  public let reason: String

  /// An allowance; nil if the phrase has no letter, no digit, or is longer than 80 characters.
  public init?(_ phrase: String, because reason: String) {
    guard phrase.count <= 80, phrase.contains(where: \.isLetter), phrase.contains(where: DigitScan.isDigit) else {
      return nil
    }
    self.phrase = phrase
    self.reason = reason
  }
}
