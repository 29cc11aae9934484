extension Terminal {
  /// Text that fits on the screen, so that drawing it again in place neither wraps nor scrolls.
  static func clipped(_ text: String, width: Int, height: Int) -> String {
    let lines = SafeText.shown(text).split(separator: "\n", omittingEmptySubsequences: false)
    let most = max(1, height)
    var shown = lines.prefix(most).map { $0.count > width ? $0.prefix(max(1, width - 1)) + "…" : $0[...] }
    if lines.count > most { shown[most - 1] = "… \(lines.count - most + 1) more lines" }
    return shown.map { $0 + "\n" }.joined()
  }
}
