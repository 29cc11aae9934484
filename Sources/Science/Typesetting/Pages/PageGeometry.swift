/// Where text may stand on a page, in PDF points (1/72 inch) from the upper left corner.
public struct PageGeometry: Hashable, Sendable, Codable {
  /// The left edge of the text.
  public var left: Double
  /// The right edge of the text.
  public var right: Double
  /// The upper edge of the running head.
  public var top: Double
  /// The lower edge of the page's number.
  public var bottom: Double
  /// The lower edge of the text itself.
  public var textBottom: Double
  /// How far a word's box may reach outside: punctuation hangs into the margin, and boxes are those of the font, not of
  /// the ink.
  public var tolerance: Double

  public init(left: Double, right: Double, top: Double, bottom: Double, textBottom: Double, tolerance: Double = 5) {
    self.left = left
    self.right = right
    self.top = top
    self.bottom = bottom
    self.textBottom = textBottom
    self.tolerance = tolerance
  }

  private static let millimetre = 72 / 25.4

  /// The page of `shoalpaper.sty`: A4, text 137 mm by 226 mm.
  public static let shoal = PageGeometry(
    left: 36.5 * millimetre, right: (36.5 + 137) * millimetre, top: 18 * millimetre,
    bottom: (32 + 226 + 14) * millimetre,
    textBottom: (32 + 226) * millimetre)
}
