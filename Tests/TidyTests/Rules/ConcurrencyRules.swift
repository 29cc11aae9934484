extension Rule {
  /// Rules for tasks and for async closures.
  static let concurrency = [
    Rule(
      "no task and no async closure returns a tuple",
      plant: "Sources/Core/A.swift", "group.addTask {\n  do { return (name, try await a(b)) } catch { return nil }\n}"
    ) { file in
      guard !file.code.isEmpty, !file.isGenerated, file.mentions(["await"]) else { return [] }
      return AsyncTuples(file.code).lines.map { Finding(file, $0, "returns a tuple; use a struct with names") }
    }
  ]
}
