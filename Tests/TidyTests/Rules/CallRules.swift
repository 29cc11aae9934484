extension Rule {
  /// What no code calls.
  static let calls = [
    forbidding(
      "nothing but the screen prints", { $0.contains(/(^|[^.\w])(print|debugPrint|dump)\(/) },
      plant: "Sources/Core/A.swift", "  print(a)"
    ) { $0.isIn("Sources") && !$0.isIn("Sources/shoal/Screen") },
    forbidding(
      "nothing ends the process because of an error", { $0.contains(/try!|(^|[^.\w])fatalError\(/) },
      plant: "Sources/Core/A.swift", "let a = try! b()"
    ) { $0.isIn("Sources") },
    forbidding(
      "one file looks at the time of day and sleeps",
      {
        $0.contains(/(^|\W)(Task|Thread)\.sleep|(^|\W)u?sleep\(\d|nanosleep|Clock\(\)\.sleep|(^|\W)Date(\(\)|\.now)/)
      },
      plant: "Sources/Core/A.swift", "  let now = Date()"
    ) { $0.isIn("Sources") && $0.path != "Sources/Core/PaperModel/Surroundings/WallClock.swift" },
    forbidding(
      "no test sleeps",
      {
        $0.contains(/(^|\W)(Task|Thread)\.sleep|(^|\W)u?sleep\(\d|nanosleep|Clock\(\)\.sleep/)
      },
      plant: "Tests/Core/A.swift", "  try await Task.sleep(for: .seconds(1))"
    ) { $0.isIn("Tests") },
  ]
}
