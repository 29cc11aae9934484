extension Rule {
  private static let waits = ["sleep", "Date"]

  /// Calls that no code makes.
  static let calls = [
    forbidding(
      "nothing but the screen prints", ["print(", "debugPrint(", "dump("],
      where: { $0.contains(#/(^|[^.\w])(print|debugPrint|dump)\(/#) }, plant: "Sources/Core/A.swift", "  print(a)"
    ) { $0.isIn("Sources") && !$0.isIn("Sources/shoal/Screen") },
    forbidding(
      "nothing ends the process because of an error", ["try!", "fatalError("], plant: "Sources/Core/A.swift",
      "let a = try! b()"
    ) { $0.isIn("Sources") },
    forbidding(
      "one file looks at the time of day and sleeps", waits,
      where: {
        $0.contains(#/(Task|Thread)\.sleep|\bu?sleep\(\d|nanosleep|Clock(\(\))?\.sleep|\bDate(\(\)|\.now)/#)
      }, plant: "Sources/Core/A.swift", "  let now = Date()"
    ) { $0.isIn("Sources") && $0.path != "Sources/Core/PaperModel/Surroundings/WallClock.swift" },
    forbidding(
      "no test sleeps", waits,
      where: { $0.contains(#/(Task|Thread)\.sleep|\bu?sleep\(\d|nanosleep|Clock(\(\))?\.sleep/#) },
      plant: "Tests/Core/A.swift", "  try await Task.sleep(for: .seconds(1))"
    ) { $0.isIn("Tests") },
  ]
}
