/// Texts of any characters, as people and programs bring them.
public enum AnyText {
  private static let pieces = [
    "\\", "{", "}", "$", "&", "#", "%", "^", "_", "~", "\\end{document}", "\\input{x}", "$$", "\\\\", "[", "]", "[0pt]",
    "--", "---", "``", "''", "\"", "'", "it's", "<<", ">>", "<", ">", "|", "?`", "!`", "*", "@", "=", ":", ";", "/",
    "ffi", "fl", "ﬁ", "İ", "ß", "Å", "A\u{30a}", "e\u{301}\u{323}", "ñ", "Ω", "λ", "∑", "≤", "×", "10⁻³", "H₂O", "½",
    "学習", "한국어", "العربية", "עברית", "हिन्दी", "🦆", "👩‍🔬", "🇨🇭", "𝔸", "Ａ", "\u{200b}", "\u{200d}", "\u{202e}", "\u{ad}",
    "\u{a0}", "\u{2028}", "\u{feff}", "\u{7}", "\u{1b}[31m", "\t", "\n", "\n\n", "\r\n", " ", "  ", "…", "–", "−", "“",
    "”",
    "\u{ab}", "¿", "€", "°", "µ", "\u{fffd}", "\u{10ffff}", "1e-300", "0.1", "NaN",
    "-inf", "https://example.org/a_b%20c#d",
    "a_very_long_name_of_a_setting_without_any_place_to_break_it_that_goes_on_and_on_for_more_than_a_line_of_text",
    "and", "the", "Loss", "x", "é", "—", "\\item", "%%", "^^M", "^^5c", "\\verb|x|", "•", "√", "ℝ", "ı", "ŧ",
  ]

  /// A text of up to this many pieces, at least one.
  public static func text(by random: inout SeededGenerator, most: Int = 6) -> String {
    (0...random.below(most)).map { _ in random.pick(pieces) }.joined(separator: random.below(2) == 0 ? " " : "")
  }

  /// A text without the ends of lines that Python knows.
  public static func line(by random: inout SeededGenerator, most: Int = 6) -> String {
    text(by: &random, most: most).replacing("\r\n", with: " ").filter { $0 != "\n" && $0 != "\r" }
  }
}
