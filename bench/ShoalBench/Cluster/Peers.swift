import FoundationEssentials
import Glibc

/// Other systems with the same work on the same machine, measured by `bench/peers`.
enum Peers {
  /// Their figures; empty, with a note, if `bench/peers/install` has not been run.
  static func measure(_ folder: String, commit: Double) async throws -> [Measurement] {
    guard let python = getenv("SHOAL_BENCH_PEERS").map({ "\(String(cString: $0))/bin/python3" }),
      access(python, X_OK) == 0
    else {
      print("Peers are left out: bench/peers/install has not been run.")
      return []
    }
    let file = "\(folder)/peers.jsonl"
    _ = try await Children.time([python, "bench/peers/run.py", file])
    let decoder = JSONDecoder()
    return try Children.lines(of: file).map { line in
      var figure = try decoder.decode(Measurement.self, from: Data(line.utf8))
      if figure.unit == "steps/s" {
        figure.ratio = figure.value * commit
        figure.to = "single FULL commits a second"
      }
      return figure
    }
  }

  /// Shoal's figure compared with the best of them, and with the best of those that lose nothing in a power cut.
  static func comparisons(_ all: [Measurement], ours: Measurement) -> [Measurement] {
    let theirs = all.filter { $0.unit == "steps/s" && $0.name.contains(": durable steps") }
    let durable = theirs.filter { !$0.name.contains("everysec") }
    return [("our steps to the best peer's", theirs), ("our steps to the best peer's that lose nothing", durable)]
      .compactMap { name, theirs in
        guard let best = theirs.max(by: { $0.value < $1.value }) else { return nil }
        return Measurement(
          name: name, value: ours.value / best.value, unit: "times", ratio: nil, to: best.name, target: "at least 3")
      }
  }
}
