import EmbeddedStore
import FolderJournal
import Glibc
import Journal
import PaperModel

/// What looks, one more paper and a takeover cost as a store grows: campaigns of 100 papers each, written straight into
/// the journals. What should cost the same at every size is held against the first size. What lists every paper is
/// told for each paper.
struct GrowthBench {
  private static let campaignSize = 100
  /// From so many papers on, a list's time is that of its papers and not that of the start of a process.
  private static let listSize = 1000

  private let program: String
  private let shoal: String
  private let figures: Figures

  init(program: String, shoal: String, _ figures: Figures) {
    self.program = program
    self.shoal = shoal
    self.figures = figures
  }

  /// - Parameter sizes: how many papers, in rising order.
  func sqlite(_ sizes: [Int]) async throws {
    try await withFolder { folder in
      try await measure(.sqlite, folder, sizes, flags: ["--data", folder])
    }
  }

  /// A folder, and a bucket where its server is installed, each as a cluster's.
  func cluster(folderSizes: [Int], bucketSizes: [Int]) async throws {
    guard let scripts = getenv("SHOAL_TEST_KAFKA"), scripts.pointee != 0 else {
      return print("Without a broker (SHOAL_TEST_KAFKA) the growth of a folder and of a bucket is not measured.")
    }
    try await withFolder { folder in
      let broker = try await Broker("\(folder)/kafka")
      do {
        let place = "\(folder)/store"
        try await measure(.folder, place, folderSizes, flags: try await flags(broker, place, "\(folder)/data"))
        if Bucket.isInstalled {
          let bucket = try await Bucket("\(folder)/bucket")
          defer { bucket.stop() }
          let place = "s3://shoal/growth"
          try await measure(.bucket, place, bucketSizes, flags: try await flags(broker, place, "\(folder)/data-s3"))
        } else {
          print("Without SeaweedFS (SHOAL_TEST_TOOLS) the growth of a bucket is not measured.")
        }
      } catch {
        try? await broker.stop()
        throw error
      }
      try await broker.stop()
    }
  }

  /// Makes a cluster's store and topics.
  private func flags(_ broker: Broker, _ place: String, _ data: String) async throws -> [String] {
    let flags = ["--brokers", broker.address, "--store", place, "--data", data]
    _ = try await Children.time([shoal, "topics", "create"] + flags)
    return flags
  }

  private func measure(_ kind: GrowthStore.Kind, _ place: String, _ sizes: [Int], flags: [String]) async throws {
    let store = try await GrowthStore(kind, place)
    let mould = try await PaperMould(try await GrowthResults(store.blobs))
    // One campaign goes on, whatever is over.
    try await store.write([mould.open("going-on")])
    await store.close()
    var ground = Ground(kind: kind, place: place, flags: flags)
    for size in sizes {
      try await ground.grow(to: size / Self.campaignSize, mould)
      // The first look after so much is new takes it all in.
      let catchUp = try Children.use([shoal, "top", "--once"] + flags)
      figures.add([
        Measurement(
          name: "\(kind.rawValue), \(size) papers: the first look at them", value: catchUp.seconds, unit: "s",
          ratio: nil, to: nil)
      ])
      for look in [["status", "c0"], ["top", "--once"], ["costs"]] {
        figures.add(ground.flat("shoal \(look.joined(separator: " "))", size, try least([shoal] + look + flags)))
      }
      for look in [["status"], ["costs", "--by", "paper"]] where size >= Self.listSize {
        let use = try least([shoal] + look + flags)
        figures.add(ground.listed("shoal \(look.joined(separator: " "))", size, use))
      }
      figures.add(ground.flat("one more paper, from the start of its worker", size, try onePaper(&ground)))
      figures.add(ground.flat("the same from a takeover on", size, try await takeover(&ground)))
    }
  }

  private func least(_ words: [String]) throws -> Children.Use {
    var uses: [Children.Use] = []
    repeat { uses.append(try Children.use(words)) } while uses.count < 7 && uses.reduce(0) { $0 + $1.seconds } < 3
    return Self.least(uses)
  }

  private static func least(_ uses: [Children.Use]) -> Children.Use {
    Children.Use(
      seconds: uses.map(\.seconds).min() ?? 0, mebibytes: uses.map(\.mebibytes).min() ?? 0,
      processor: uses.map(\.processor).min() ?? 0)
  }

  private func onePaper(_ ground: inout Ground) throws -> Children.Use {
    Self.least(try (0..<5).map { _ in try Children.use(words(&ground, .whole)) })
  }

  private func takeover(_ ground: inout Ground) async throws -> Children.Use {
    var uses: [Children.Use] = []
    for _ in 0..<5 {
      var words = words(&ground, .begin)
      let file = "/tmp/shoal-bench-\(getpid())-ready"
      words[6] = file
      let child = try Children.start(words)
      try await Children.waitForFile(file)
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
      unlink(file)
      words[5] = OnePaper.Work.takeOver.rawValue
      uses.append(try Children.use(words))
    }
    return Self.least(uses)
  }

  private func words(_ ground: inout Ground, _ work: OnePaper.Work) -> [String] {
    ground.extra += 1
    return [
      program, "--one-paper", ground.kind.rawValue, ground.place, "extra-\(ground.extra)", work.rawValue, "",
    ]
  }

  /// A store that grows, and what was measured at its first size.
  private struct Ground {
    let kind: GrowthStore.Kind
    let place: String
    let flags: [String]
    var extra = 0
    private var campaigns = 0
    private var first: [String: Children.Use] = [:]

    init(kind: GrowthStore.Kind, place: String, flags: [String]) {
      self.kind = kind
      self.place = place
      self.flags = flags
    }

    mutating func grow(to count: Int, _ mould: PaperMould) async throws {
      let begin = seconds()
      let store = try await GrowthStore(kind, place)
      for number in campaigns..<count { try await store.write(mould.campaign("c\(number)", papers: campaignSize)) }
      await store.close()
      let papers = (count - campaigns) * campaignSize
      print("\(kind.rawValue): \(papers) papers of \(mould.entriesOfPaper) entries made in \(Int(seconds() - begin)) s")
      campaigns = count
    }

    /// What should cost the same at every size.
    mutating func flat(_ name: String, _ size: Int, _ use: Children.Use) -> [Measurement] {
      let least = first[name] ?? use
      first[name] = least
      return [
        Measurement(
          name: "\(kind.rawValue), \(size) papers: \(name)", value: use.seconds * 1e3, unit: "ms",
          ratio: use.seconds / least.seconds, to: "the same at the first size", target: "at most 1.1"),
        Measurement(
          name: "\(kind.rawValue), \(size) papers: \(name), processor", value: use.processor * 1e3, unit: "ms",
          ratio: use.processor / least.processor, to: "the same at the first size", target: "at most 1.1"),
        Measurement(
          name: "\(kind.rawValue), \(size) papers: \(name), memory", value: use.mebibytes, unit: "MiB",
          ratio: use.mebibytes / least.mebibytes, to: "the same at the first size", target: "at most 1.1"),
      ]
    }

    /// What lists every paper: its time for each.
    mutating func listed(_ name: String, _ size: Int, _ use: Children.Use) -> [Measurement] {
      let each = Children.Use(
        seconds: use.seconds / Double(size), mebibytes: use.mebibytes, processor: use.processor / Double(size))
      let least = first[name] ?? each
      first[name] = least
      return [
        Measurement(
          name: "\(kind.rawValue), \(size) papers: \(name), a paper", value: each.seconds * 1e6, unit: "us",
          ratio: each.seconds / least.seconds, to: "the same at \(listSize)", target: "at most 1.1"),
        Measurement(
          name: "\(kind.rawValue), \(size) papers: \(name), processor, a paper", value: each.processor * 1e6,
          unit: "us", ratio: each.processor / least.processor, to: "the same at \(listSize)", target: "at most 1.1"),
        Measurement(
          name: "\(kind.rawValue), \(size) papers: \(name), memory", value: use.mebibytes, unit: "MiB",
          ratio: use.mebibytes / least.mebibytes, to: "the same at \(listSize)"),
      ]
    }
  }
}
