/// A work that a paper may cite.
public struct Reference: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable {
    /// In a journal, or a preprint.
    case article
    /// In the proceedings of a conference.
    case proceedings
    case book
    case software
  }

  /// The key by which text cites it, e.g. `power2022grokking`: ASCII letters, digits, `-`, `_` and `:`.
  public var key: String
  public var kind: Kind
  /// The authors in order, family name first: `Lovelace, Ada`.
  public var authors: [String]
  /// Whether there are more authors than are listed.
  public var hasMoreAuthors: Bool
  public var title: String
  /// The journal, the proceedings or the publisher; empty for software.
  public var venue: String
  public var year: Int
  /// Empty if there is none.
  public var volume: String
  /// The number within the volume; empty if there is none.
  public var number: String
  /// The pages, e.g. `1–26`; empty if there are none.
  public var pages: String
  /// The digital object identifier; empty if there is none.
  public var doi: String
  /// The URL; empty if there is none.
  public var address: String

  public init(
    _ key: String, _ kind: Kind, authors: [String], hasMoreAuthors: Bool = false, title: String, venue: String,
    year: Int, volume: String = "", number: String = "", pages: String = "", doi: String = "", address: String = ""
  ) {
    self.key = key
    self.kind = kind
    self.authors = authors
    self.hasMoreAuthors = hasMoreAuthors
    self.title = title
    self.venue = venue
    self.year = year
    self.volume = volume
    self.number = number
    self.pages = pages
    self.doi = doi
    self.address = address
  }
}
