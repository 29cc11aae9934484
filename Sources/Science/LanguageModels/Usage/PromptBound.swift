/// The most tokens that a request can be counted as, without the model's tokenizer.
///
/// A tokenizer on bytes makes at most one token of a byte. What it does to the text before may lengthen it: Unicode's
/// composition (NFC) at most to three times its bytes, compatibility composition (NFKC) to eleven times, and both leave
/// ASCII as it is. Beside the text a request has what the provider's template adds.
public struct PromptBound: Hashable, Sendable, Codable {
  /// What a tokenizer does to a text before it is cut into tokens.
  public enum Normalisation: String, Hashable, Sendable, Codable, CaseIterable {
    case identity
    case nfc
    case nfkc

    /// The most bytes that a byte outside ASCII can become.
    var factor: Int64 {
      switch self {
      case .identity: 1
      case .nfc: 3
      case .nfkc: 11
      }
    }
  }

  public var normalisation = Normalisation.nfkc
  /// Tokens that the template adds to a request, to each message, and to each tool or schema.
  public var perRequest: Int64 = 512
  public var perMessage: Int64 = 16
  public var perTool: Int64 = 512
  /// The most tokens of one image.
  public var perImage: Int64 = 1600

  public init() {}

  /// The bound of a text alone.
  public func tokens(of text: String) -> Int64 {
    var ascii: Int64 = 0
    var other: Int64 = 0
    for byte in text.utf8 { if byte < 0x80 { ascii += 1 } else { other += 1 } }
    return ascii + other * normalisation.factor
  }
}
