/// The key by which two ideas on a template are the same.
public struct IdeaKey: Hashable, Sendable, Codable {
  /// The template's name.
  public let template: String
  /// The setting that a one-factor study varies; empty for any other idea.
  public let subject: String
  /// A study's values, sorted and in one spelling, a line each; the words of the title for any other idea.
  public let identity: String

  public init(template: String, subject: String, identity: String) {
    self.template = template
    self.subject = subject
    self.identity = identity
  }

  public init(_ idea: Idea, on template: String) {
    self.template = template
    if let study = idea.study {
      subject = study.setting
      identity = study.canonicalValues.sorted().joined(separator: "\n")
    } else {
      subject = ""
      identity = idea.title.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: " ")
    }
  }
}

/// An idea in the index: a short row, written once and never changed.
public struct IndexedIdea: Hashable, Sendable, Codable {
  /// Longer titles are cut, which bounds the size of a page of rows.
  private static let mostCharacters = 200

  /// The key by which it is compared.
  public let key: IdeaKey
  /// The name of the campaign that has it.
  public let campaign: String
  /// The number of its paper within the campaign, from 1.
  public let ordinal: Int
  public let name: String
  public let title: String
  /// The time of the reservation: microseconds since 1970, by the clock of the machine that made it.
  public var atMicroseconds: Int64

  private enum CodingKeys: String, CodingKey {
    case key, campaign, ordinal, name, title
    case atMicroseconds = "at"
  }

  public init(_ idea: Idea, on template: String, campaign: String, ordinal: Int, atMicroseconds: Int64 = 0) {
    key = IdeaKey(idea, on: template)
    self.campaign = campaign
    self.ordinal = ordinal
    name = String(idea.name.prefix(Self.mostCharacters))
    title = String(idea.title.prefix(Self.mostCharacters))
    self.atMicroseconds = atMicroseconds
  }

  /// The values of a study, in one spelling; empty for any other idea.
  public var values: Set<String> {
    key.subject.isEmpty ? [] : Set(key.identity.split(separator: "\n").map(String.init))
  }

  /// By the time of the reservation; campaign and number decide between equal times.
  public static func isEarlier(_ left: IndexedIdea, _ right: IndexedIdea) -> Bool {
    (left.atMicroseconds, left.campaign, left.ordinal) < (right.atMicroseconds, right.campaign, right.ordinal)
  }
}

extension Study {
  /// The values in one spelling, so that `0.10`, `1e-1` and `0.1` are one value, and `"a"` and `'a'` too.
  public var canonicalValues: Set<String> { Set(values.map(Self.canonical)) }

  /// A value as Python writes it, in one spelling.
  public static func canonical(_ python: String) -> String {
    if let first = python.first, first == "\"" || first == "'", python.count >= 2 {
      return String(python.dropFirst().dropLast())
    }
    let plain = python.filter { $0 != "_" }
    if let whole = Int(plain) { return String(whole) }
    guard let number = Double(plain), number.isFinite else { return python }
    return number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
  }
}
