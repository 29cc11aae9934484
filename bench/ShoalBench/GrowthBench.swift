import EmbeddedStore
import FolderJournal
import Glibc
import Journal
import PaperModel

/// Measures what reading commands cost as a store grows: campaigns of 100 papers each, written directly into the
/// journals. Everything is compared with the same command at the first 100 papers.
enum GrowthBench {
  private static let campaignSize = 100

  /// - Parameter sizes: numbers of papers, in rising order.
  static func measure(_ shoal: String, sizes: [Int], _ figures: Figures) async throws {
    try await withFolder { folder in
      let looks = [["status"], ["status", "c0"], ["costs"], ["top", "--once", "--all"]]
      try await grow(shoal, "SQLite", sizes, looks.map { $0 + ["--data", folder] }, figures) { campaigns in
        let store = try await EmbeddedStore(folder: folder)
        try await add(campaigns, store.journal, try await FolderBlobs(folder: folder))
        await store.close()
      }
    }
    try await withFolder { folder in
      let journal = try await FolderJournal(folder: folder)
      let blobs = try await FolderBlobs(folder: folder)
      try await growFolder(sizes.filter { $0 <= 10_000 }, journal, figures) { campaigns in
        try await add(campaigns, journal, blobs)
      }
    }
  }

  private static func add(_ campaigns: Range<Int>, _ journal: some Journal, _ blobs: some BlobStore) async throws {
    for number in campaigns {
      try await ManyPapers.write(campaignSize, campaign: "c\(number)", journal, blobs, steps: 1)
    }
  }

  private static func grow(
    _ shoal: String, _ store: String, _ sizes: [Int], _ looks: [[String]], _ figures: Figures,
    _ add: (Range<Int>) async throws -> Void
  ) async throws {
    var first: [String: Children.Use] = [:]
    var written = 0
    for size in sizes {
      try await add(written..<(size / campaignSize))
      written = size / campaignSize
      for look in looks {
        // The first command after that reads all the new entries.
        let catchUp = try Children.use([shoal] + look)
        var samples = Samples()
        var memory = catchUp.mebibytes
        for _ in 0..<5 {
          let use = try Children.use([shoal] + look)
          samples.add(use.seconds)
          memory = use.mebibytes
        }
        let name = "shoal " + look.prefix { !$0.hasPrefix("--data") }.joined(separator: " ")
        let use = Children.Use(seconds: samples.quantile(0.5), mebibytes: memory)
        let least = first[name] ?? use
        first[name] = least
        figures.add([
          Measurement(
            name: "\(store), \(size) papers: \(name)", value: use.seconds * 1e3, unit: "ms",
            ratio: use.seconds / least.seconds, to: "the same with \(sizes[0])"),
          Measurement(
            name: "\(store), \(size) papers: \(name), memory", value: use.mebibytes, unit: "MiB",
            ratio: use.mebibytes / least.mebibytes, to: "the same with \(sizes[0])"),
        ])
      }
    }
  }

  /// A journal of a folder: reads one campaign's journals, and lists all streams.
  private static func growFolder(
    _ sizes: [Int], _ journal: FolderJournal, _ figures: Figures, _ add: (Range<Int>) async throws -> Void
  ) async throws {
    var first: Double?
    var written = 0
    for size in sizes {
      let begin = seconds()
      try await add(written..<(size / campaignSize))
      let each = (seconds() - begin) / Double(size - written * campaignSize)
      written = size / campaignSize
      first = first ?? each
      figures.add([
        Measurement(
          name: "folder, \(size) papers: writing a paper's journal", value: each * 1e3, unit: "ms",
          ratio: each / (first ?? each), to: "the same with \(sizes[0])")
      ])
    }
  }
}
