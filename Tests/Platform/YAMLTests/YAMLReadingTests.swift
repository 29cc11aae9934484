import Testing
import YAML

@Suite struct YAMLReadingTests {
  private func root(_ text: String) throws -> YAMLNode { try YAMLDocument(parsing: text, file: "test.yaml").root }

  private func failure(_ text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLError? {
    #expect(throws: YAMLError.self) { try YAMLDocument(parsing: text, file: "test.yaml", limits: limits) }
  }

  @Test(arguments: [
    "no", "on", "yes", "off", "y", "N", "Infinity", "nan", "0x", "1_000", "-x", ".", "1e", "12:30", "0x1p3",
  ])
  func `a plain word is a string`(word: String) throws {
    #expect(try root("a: \(word)")["a"]?.content == .string(word))
  }

  @Test(arguments: [
    ("~", YAMLNode.Content.null), ("", .null), ("null", .null), ("true", .bool(true)), ("FALSE", .bool(false)),
    ("0x1F", .integer(31, text: "0x1F")), ("0o17", .integer(15, text: "0o17")), ("-7", .integer(-7, text: "-7")),
    ("9223372036854775807", .integer(.max, text: "9223372036854775807")), ("1.10", .number(1.1, text: "1.10")),
    (".5", .number(0.5, text: ".5")), ("1e-3", .number(0.001, text: "1e-3")),
    ("-.inf", .number(-.infinity, text: "-.inf")),
    ("9223372036854775808", .number(9_223_372_036_854_775_808, text: "9223372036854775808")),
    ("'true'", .string("true")), ("\"1\"", .string("1")), ("!!str 1", .string("1")), ("! 1", .string("1")),
  ])
  func `scalars are typed by the core schema`(text: String, content: YAMLNode.Content) throws {
    #expect(try root("a: \(text)")["a"]?.content == content)
  }

  @Test func `keys keep their order and their places`() throws {
    let node = try root("zebra: 1\napple:\n  - x\n  - {b: 2}\n")
    #expect(node.keys == ["zebra", "apple"])
    #expect(node.pairs[1].mark == YAMLMark(line: 2, column: 1))
    guard case .list(let items)? = node["apple"]?.content else { throw Missing() }
    #expect(items[1]["b"]?.mark == YAMLMark(line: 4, column: 9))
  }
  struct Missing: Error {}

  @Test func `an alias stands for its value`() throws {
    let node = try root("a: &x [1, 2]\nb: *x")
    #expect(node["a"]?.content == node["b"]?.content)
  }

  @Test(arguments: ["", "# nothing\n", "---\n", "--- ~\n..."])
  func `an empty value is null`(text: String) throws { #expect(try root(text).content == .null) }

  @Test(
    arguments: [
      ("a: 1\na: 2", 2, 1, "the key “a” is given twice"),
      ("a: 1\n---\nb: 2", 2, 1, "a second document begins"),
      ("a: *x", 1, 4, "an alias of something that does not stand before it"),
      ("a: &x [*x]", 1, 8, "an alias of something that does not stand before it"),
      ("a: !!python/object 1", 1, 4, "the tag “tag:yaml.org,2002:python/object” is not read"),
      ("a: !foo {}", 1, 4, "the tag “!foo” is not read"),
      ("a:\n  <<: {b: 1}", 2, 3, "merge keys"),
      ("? [a]\n: 1", 1, 3, "a key must be a word"),
      ("x: &a b\n? *a\n: 1", 2, 3, "a key must be a word"),
      ("a:\n\t- 1", 2, 1, "a tab cannot indent; use spaces"),
      ("a: [1, 2", 2, 1, "did not find expected ',' or ']'"),
      ("a: \"open", 1, 9, "unexpected end of stream"),
      ("a: 1\nb: \u{7}x", 2, 4, "control characters are not allowed"),
    ])
  func `unsupported YAML is refused at its position`(text: String, line: Int, column: Int, message: String) throws {
    let error = try #require(failure(text))
    #expect(error.message.contains(message))
    #expect(error.mark == YAMLMark(line: line, column: column))
    #expect(error.description.hasPrefix("test.yaml: line \(line), column \(column): "))
  }

  @Test func `broken UTF-8 is refused at its place`() throws {
    let error = #expect(throws: YAMLError.self) {
      try YAMLDocument(parsing: Array("a: 1\nb: ".utf8) + [0xff, 0xfe], file: "test.yaml")
    }
    #expect(error?.mark == YAMLMark(line: 2, column: 4))
  }

  @Test func `a bomb of aliases is refused`() throws {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...30 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(failure(text)?.message.contains("more than 100000 values") == true)
  }

  @Test func `nesting through aliases counts as nesting`() throws {
    var text = "a0: &a0 [x]\n"
    for level in 1...100 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(failure(text)?.message == "nested deeper than 64 levels")
  }

  @Test func `nesting, values and bytes have limits`() throws {
    let nested = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try root(nested).mark == YAMLMark(line: 1, column: 1))
    #expect(failure("[\(nested)]")?.message == "nested deeper than 64 levels")
    #expect(failure(String(repeating: "[", count: 100_000))?.message == "nested deeper than 64 levels")
    var limits = YAMLLimits()
    limits.nodeCount = 3
    #expect(failure("[1, 2, 3]", limits: limits)?.message.contains("more than 3 values") == true)
    limits.byteCount = 5
    #expect(failure("[1, 2]", limits: limits)?.message == "longer than 5 bytes")
  }

  @Test func `mutilated texts are read or refused, never worse`() throws {
    let text = Array("a: &x [1, 'two', {b: \"c\\n\"}]\nd: |\n  text\n  more\ne: *x\n# end\n".utf8)
    var random = SystemRandomNumberGenerator()
    var refused = 0
    for _ in 0..<5000 {
      var mutilated = text
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        mutilated[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do { _ = try YAMLDocument(parsing: mutilated, file: "test.yaml") } catch {
        refused += 1
        #expect(error.mark.line >= 1 && error.mark.line <= 12 && error.mark.column >= 1)
      }
    }
    #expect(refused > 0)
  }
}
