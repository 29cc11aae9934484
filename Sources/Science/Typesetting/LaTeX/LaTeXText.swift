public import PaperModel

/// Escapes untrusted text, so that LaTeX prints that text and does nothing else.
public enum LaTeXText {
  /// Plain text as LaTeX. White space becomes single spaces; straight quotes become curly ones.
  /// - Parameter place: where the text stands, for the error.
  /// - Throws: `Failure` of kind `untypesettable` that names a character which the fonts do not have, or which hides
  ///   text.
  public static func escape(_ text: String, at place: String = "the text") throws(Failure) -> String {
    var escape = LaTeXEscape(isCode: false, place: place)
    return try escape.escape(text)
  }

  /// Text in typewriter type, as LaTeX for the inside of `\texttt`: quotes stay straight, and lines may break after
  /// `/`, `_`, `.` and `,`.
  /// - Throws: as `escape`.
  public static func escapeCode(_ text: String, at place: String = "the text") throws(Failure) -> String {
    var escape = LaTeXEscape(isCode: true, place: place)
    return try escape.escape(text)
  }

  /// Replaces a character that can't be typeset.
  public static let mark: Character = "□"

  /// The text with a mark in place of each character that can't be typeset. The result can be typeset.
  public static func replacingUnprintable(in text: String) -> String {
    String(text.map { isPrintable($0) ? $0 : mark })
  }

  private static func isPrintable(_ character: Character) -> Bool {
    if character.isASCII {
      return character.isWhitespace || !character.unicodeScalars.contains { LaTeXCharacters.isHidden($0) }
    }
    return (try? escape(String(character))) != nil
  }
}
