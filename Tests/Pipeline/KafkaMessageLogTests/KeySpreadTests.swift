import GeneratorTestSupport
import Testing

@testable import KafkaMessageLog

@Suite struct KeySpreadTests {
  private func counts(_ keys: [String], among count: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for key in keys { counts[Int(KeySpread.partition(of: Array(key.utf8), among: count))] += 1 }
    return counts
  }

  @Test(arguments: [1, 4, 12, 24, 100])
  func `the papers of a campaign are spread evenly`(count: Int) {
    let counts = counts((1...240).map { "paper/grokking-4f2a.\($0)" }, among: count)
    #expect(counts.max()! - counts.min()! <= 1)
  }

  /// Whether workers have partitions side by side or in turn, each of two gets one of four runs at least, and three of
  /// eight.
  @Test(arguments: [12, 24, 48, 64], [(4, 1), (8, 3)])
  func `two workers share the runs of one paper`(count: Int, _ share: (runs: Int, least: Int)) {
    for paper in 1...count {
      let places = (0..<share.runs).map {
        Int(KeySpread.partition(of: Array("run/grokking.\(paper).v1r\($0)".utf8), among: count))
      }
      for first in [places.count { $0 < count / 2 }, places.count { $0.isMultiple(of: 2) }] {
        #expect(min(first, share.runs - first) >= share.least, "\(places)")
      }
    }
  }

  @Test func `the runs of many papers are spread about evenly`() {
    let keys = (1...200).flatMap { paper in (0..<6).map { "run/grokking.\(paper).v1r\($0)" } }
    let counts = counts(keys, among: 24)
    #expect(counts.min()! > 25 && counts.max()! < 75, "\(counts)")
  }

  @Test func `names without numbers are spread about evenly`() {
    var random = SeededGenerator(seed: 1)
    let keys = (0..<2_400).map { _ in String((0..<6).map { _ in "abcdefghij".randomElement(using: &random)! }) }
    let counts = counts(keys, among: 24)
    #expect(counts.min()! > 60 && counts.max()! < 140, "\(counts)")
  }

  @Test func `every key has one partition, whatever its bytes`() {
    for key in [[], [0], [0xff, 0x30], Array("9".utf8), Array(repeating: 0x39, count: 1_000)] as [[UInt8]] {
      let places = Set((0..<3).map { _ in KeySpread.partition(of: key, among: 7) })
      #expect(places.count == 1)
      #expect((0..<7).contains(places.first!))
    }
  }

  @Test func `places never change: other versions count on them`() {
    let places = ["paper/a.1", "paper/a.2", "run/a.1.v1r0", "campaign/a", ""].map {
      KeySpread.partition(of: Array($0.utf8), among: 24)
    }
    #expect(places == [23, 16, 23, 23, 3])
  }
}
