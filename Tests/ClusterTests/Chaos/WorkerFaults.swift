/// Kills workers and freezes them for longer than their session, in an order of chance.
struct WorkerFaults {
  private let crew: [CrewMember]
  private var chance: SeededChance
  private let thawing: Thawing

  private(set) var kills = 0
  private(set) var freezes = 0
  var signals: Int { kills + freezes }

  init(_ crew: [CrewMember], seed: UInt64) {
    self.crew = crew
    chance = SeededChance(seed: seed)
    thawing = Thawing()
  }

  /// Goes on until the time is over, and until so many signals were sent.
  /// - Parameter gap: seconds between two signals.
  mutating func disturb(every gap: ClosedRange<Double>, atLeast least: Int, until end: Int64, latest: Int64)
    async throws
  {
    while Pace.now < end || signals < least, Pace.now < latest {
      try await Pace.rest(Double.random(in: gap, using: &chance))
      let awake = crew.filter(\.isAwake)
      // Somebody always works.
      guard awake.count > 1, let member = awake.randomElement(using: &chance) else { continue }
      // A frozen one is away for long: of four signals one is enough.
      if Int.random(in: 0..<4, using: &chance) == 0 {
        guard member.freeze() else { continue }
        freezes += 1
        await thawing.thaw(member, after: Double.random(in: 7...9, using: &chance))
      } else if member.kill() != nil {
        kills += 1
      }
    }
    await thawing.end()
  }
}

/// Frozen workers that are to go on later.
private actor Thawing {
  private var open: [Task<Void, Never>] = []

  func thaw(_ member: CrewMember, after seconds: Double) {
    open.append(
      Task {
        try? await Pace.rest(seconds)
        member.thaw()
      })
  }

  func end() async { for task in open { await task.value } }
}
