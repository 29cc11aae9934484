internal import Digests
public import PaperModel

/// How stores keep the rows of an index of ideas.
///
/// A row is the JSON of an `IndexedIdea`. On a folder and in a bucket its path is `ideas/TEMPLATE/SUBJECT/IDENTITY`,
/// each the first 32 hexadecimal digits of the part's SHA-256 in UTF-8, so that any name is a valid file name and the
/// studies of one setting are one listing. `ideas/complete` is the mark.
public enum IdeaRows {
  /// The most bytes of a row.
  public static let mostBytes = 1 << 20
  /// The folder of all rows.
  public static let folder = "ideas"
  /// The name of the mark in the folder.
  public static let mark = "complete"

  /// The limit of a requested page.
  public static func checked(_ limit: Int) -> Int {
    precondition((1...1000).contains(limit), "a page has 1 to 1,000 ideas, not \(limit)")
    return limit
  }

  /// The name of a template's, a subject's or an identity's folder or file.
  public static func name(_ part: String) -> String { String(SHA256.digest(of: Array(part.utf8)).hex.prefix(32)) }

  public static func encode(_ idea: IndexedIdea) throws -> [UInt8] { try CanonicalJSON.encode(idea) }

  /// Decodes a row.
  /// - Parameter place: its location, for the error.
  /// - Throws: `Failure` if it is not a row.
  public static func decode(_ bytes: [UInt8], at place: String) throws(Failure) -> IndexedIdea {
    do { return try CanonicalJSON.decode(IndexedIdea.self, from: bytes) } catch {
      throw Failure(
        kind: "damagedIdea", "\(place) can't be read as an idea: \(error)",
        advice: "Remove it and run `shoal recover`, which makes it again from the journals.")
    }
  }

  /// The next page of names in order: those after a place, cut to a page.
  public static func page(_ names: [String], after place: String?, limit: Int) -> (names: [String], next: String?) {
    let later = names.filter { name in place.map { $0 < name } ?? true }.sorted()
    let page = Array(later.prefix(checked(limit)))
    return (page, page.count < later.count ? page.last : nil)
  }
}
