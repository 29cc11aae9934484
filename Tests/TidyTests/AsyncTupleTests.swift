import Testing

/// Which code counts as an async closure that returns a tuple.
@Suite struct AsyncTupleTests {
  private func lines(_ text: String) -> [Int] { AsyncTuples(ProjectFile(path: "A.swift", text: text).code).lines }

  @Test(arguments: [
    "await withTaskGroup(of: (String, Int).self) { group in }",
    "await withThrowingTaskGroup(of: (isOne: Bool, count: Int).self) { group in }",
    "let a: Task<(Int, String), Never>",
    "async let a = (b(), c())",
    "async let (a, b) = c()",
    "let a = { (b: Int) async throws -> (Int, String) in await c(b) }",
    "Task { (name, try await a(b)) }",
    "try await parallel(values) { value in\n  (value, await a(value))\n}",
    "async let a = { [b] in\n  await c()\n  return (b.d, b.e)\n}()",
    "group.addTask {\n  for a in b {\n    if c { return (a, await d) }\n  }\n  return nil\n}",
  ])
  func `a tuple of an async closure is found`(_ text: String) { #expect(lines(text).count == 1, "\(lines(text))") }

  @Test(arguments: [
    "func a() async -> (Int, String) {\n  await b()\n  return (c, d)\n}",
    "await withTaskGroup(of: (any Error)?.self) { group in }",
    "let a = state.withLock { state in (state.b, state.c) }",
    "var a: (Int, Int) {\n  get async {\n    return (await b, c)\n  }\n}",
    "Task { (a, b) = await c() }",
    "Task { await (a + b).d(c) }",
    "group.addTask { Found(name: name, value: try await a(b)) }",
    "group.addTask { try await (a, b) == (c, d) }",
  ])
  func `other parentheses are no finding`(_ text: String) { #expect(lines(text).isEmpty, "\(lines(text))") }
}
