import CLinux
import Glibc
import Log
import Synchronization

/// Standard output and error: results go to the one, everything else to the other. Text is made safe to show
/// (`SafeText`), because titles and messages come from models, experiments and files.
final class Terminal: Sendable {
  static let standard = Terminal(output: 1, errors: 2)

  private let output: Int32
  private let errors: Int32
  /// The bars at the bottom of the screen, drawn again below each print.
  private let footer = Mutex("")
  private let isOnOtherScreen = Atomic(false)
  /// The error number of the first failed write to standard output.
  private let lost = Mutex<Int32?>(nil)

  /// Whether standard output is a terminal.
  let isInteractive: Bool

  init(output: Int32, errors: Int32) {
    self.output = output
    self.errors = errors
    isInteractive = isatty(output) == 1
  }

  /// Columns of the terminal; 80 if there is none.
  var width: Int {
    var size = winsize()
    guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Rows of the terminal; 24 if there is none.
  var height: Int {
    var size = winsize()
    guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return Int(size.ws_row)
  }

  /// Why standard output is incomplete, as an error number; nil if everything was written.
  var lostOutput: Int32? { lost.withLock { $0 } }

  /// Prints a result and a line break.
  func print(_ text: String) { footer.withLock { show($0, above: text) } }

  /// Prints a result without adding a line break.
  func printExactly(_ text: String) { write(output, SafeText.shown(text)) }

  /// Prints bytes as they are, control characters included: only if the user asked for that.
  func printRaw(_ bytes: [UInt8]) { write(output, bytes) }

  /// Prints a remark to standard error.
  func note(_ text: String) { write(errors, SafeText.shown(text) + "\n") }

  func complain(_ text: String) { write(errors, SafeText.shown(text) + "\n") }

  /// The sink of structured log lines: standard error.
  var logSink: LogSink { LogSink(descriptor: errors) }

  /// Shows an empty screen until `leaveOtherScreen`, which brings back what was there; does nothing where standard
  /// output is no terminal.
  func enterOtherScreen() {
    guard isInteractive, !isOnOtherScreen.exchange(true, ordering: .relaxed) else { return }
    write(output, "\u{1b}[?1049h\u{1b}[H")
  }

  func leaveOtherScreen() {
    guard isOnOtherScreen.exchange(false, ordering: .relaxed) else { return }
    write(output, "\u{1b}[?1049l")
  }

  /// Replaces the text at the bottom of the screen; does nothing where standard output is no terminal.
  func setFooter(_ text: String) {
    guard isInteractive else { return }
    let text = SafeText.shown(text)
    footer.withLock { footer in
      let old = footer
      footer = text
      write(output, Self.erase(old) + text)
    }
  }

  private func show(_ footer: String, above text: String) {
    let plain = SafeText.shown(text) + "\n"
    write(output, footer.isEmpty ? plain : Self.erase(footer) + plain + footer)
  }

  private static func erase(_ text: String) -> String {
    guard !text.isEmpty else { return "" }
    let lines = text.utf8.reduce(0) { $0 + ($1 == 0x0a ? 1 : 0) }
    return "\r" + (lines > 0 ? "\u{1b}[\(lines)A" : "") + "\u{1b}[J"
  }

  private func write(_ descriptor: Int32, _ text: String) { write(descriptor, Array(text.utf8)) }

  private func write(_ descriptor: Int32, _ all: [UInt8]) {
    var bytes = all[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let code = errno
        // An error on standard error can't be reported anywhere.
        if descriptor == output { lost.withLock { $0 = $0 ?? code } }
        return
      }
      bytes = bytes.dropFirst(count)
    }
  }
}

extension Terminal {
  /// Prints a result: JSON with `--json`, text otherwise.
  func print(_ text: @autoclosure () -> String, orJSON value: some Encodable, isJSON: Bool) throws {
    print(isJSON ? try Report.json(value) : text())
  }
}

extension Terminal {
  /// Cuts text to the size of the screen: text that is redrawn in place must not wrap or scroll.
  static func clipped(_ text: String, width: Int, height: Int) -> String {
    let lines = SafeText.shown(text).split(separator: "\n", omittingEmptySubsequences: false)
    let most = max(1, height)
    var shown = lines.prefix(most).map { $0.count > width ? $0.prefix(max(1, width - 1)) + "…" : $0[...] }
    if lines.count > most { shown[most - 1] = "… \(lines.count - most + 1) more lines" }
    return shown.map { $0 + "\n" }.joined()
  }
}
