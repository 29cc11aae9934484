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
    // It copies 256 bytes of each name in /proc/self/fd, also where a shorter one ends the listing's memory: with a
    // thousand descriptors open, it reads beyond it and now and then crashes (Swift 6.3.1).
    forbidding(
      "nothing starts programs by Foundation's Process", ["Process()"],
      where: { $0.contains(#/(^|[^.\w])Process\(\)/#) }, plant: "Tests/Core/A.swift", "  let process = Process()"
    ) { $0.isIn("Sources") || $0.isIn("Tests") },
    forbidding(
      "names in folders are read in place", ["d_name"], where: { $0.contains(#/of: \w+\.pointee\.d_name/#) },
      plant: "Sources/Core/A.swift", "  withUnsafeBytes(of: entry.pointee.d_name) { $0.first }"
    ) { $0.isIn("Sources") || $0.isIn("Tests") },
  ]
}
