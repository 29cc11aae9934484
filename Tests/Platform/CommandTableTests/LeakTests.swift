import CommandTable
import Testing

@Suite struct LeakTests {
  @Test(.enabled(if: canMeasureMemory)) func `a thousand lines, good and bad, leave no memory behind`() async {
    // In a process of its own: parallel tests use memory too.
    await #expect(processExitsWith: .success) { try leaveNothingBehind() }
  }
}

private func leaveNothingBehind() throws {
  let long = String(repeating: "x", count: 10_000)
  func once() {
    _ = try? bakery.parse(["bake", long, "--oven", long, "-n", "5"])
    _ = try? bakery.parse(["bake", long, "--unknown", long])
  }
  for _ in 0..<200 { once() }
  let before = try residentKibibytes()
  for _ in 0..<1000 { once() }
  // Copies that are not freed would take 40 MB and more.
  #expect(try residentKibibytes() - before < 24 << 10)
}
