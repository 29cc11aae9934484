extension Terminal {
  /// Text that fits on the screen: what is drawn again in place must not wrap or scroll.
  static func clipped(_ text: String, width: Int, height: Int) -> String {
    let lines = visible(text).split(separator: "\n", omittingEmptySubsequences: false)
    let most = max(1, height)
    var shown = lines.prefix(most).map { $0.count > width ? $0.prefix(max(1, width - 1)) + "…" : $0[...] }
    if lines.count > most { shown[most - 1] = "… \(lines.count - most + 1) more lines" }
    return shown.map { $0 + "\n" }.joined()
  }
}
