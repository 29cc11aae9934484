import Testing

/// Rules for every file.
@Suite struct FileTests {
  @Test(arguments: Rule.all)
  func `no file breaks the rule`(_ rule: Rule) {
    let findings = Project.files.flatMap(rule.findings)
    #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
  }

  @Test(arguments: Rule.all)
  func `a planted violation is found`(_ rule: Rule) {
    #expect(rule.findings(rule.plant).count == 1)
  }

  @Test func `the project is found`() {
    #expect(Project.sources.count > 200)
    #expect(Project.files.contains { $0.path == "README.md" })
  }

  @Test func `texts and comments are no code`() {
    let file = ProjectFile(
      path: "A.swift", text: "a(\"b \\\" c\") // d\nlet e = \"\"\"\n  f\n  \"\"\".g\n/// h")
    #expect(file.code == ["a() ", "let e = ", "", ".g", ""])
  }

  @Test func `the length of a function counts the lines between its head and its brace`() {
    let file = ProjectFile(
      path: "A.swift", text: "  func a(\n    _ b: Int\n  ) {\n    c { d }\n  }\n  func e() { f }\n}")
    #expect(SwiftCode.functions(file.code) == [.init(first: 0, last: 4)])
  }
}
