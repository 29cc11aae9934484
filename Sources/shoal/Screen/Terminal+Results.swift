extension Terminal {
  /// A result: JSON for programs where `--json` was given, text for people otherwise.
  func print(_ text: @autoclosure () -> String, orJSON value: some Encodable, isJSON: Bool) throws {
    print(isJSON ? try Report.json(value) : text())
  }
}
