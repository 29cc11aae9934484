import GeneratorTestSupport

/// Kills workers and freezes them for longer than their session, in waves and in an order of chance.
///
/// In waves, because a group waits 6 s for each dead member before it rebalances: a member that dies every second would
/// keep all others waiting, which tests nothing.
struct WorkerFaults {
  /// The size and pace of the faults.
  struct Waves {
    /// Signals of one wave.
    var signals: Int
    /// Seconds between two of them.
    var gap = 0.1...0.5
    /// Seconds between two waves.
    var calm = 8.5...11.0
    /// The number of workers that a wave spares.
    var spared: Int
  }

  private let crew: [CrewMember]
  private var chance: SeededGenerator
  private let thawing: Thawing

  private(set) var kills = 0
  private(set) var freezes = 0

  init(_ crew: [CrewMember], seed: UInt64) {
    self.crew = crew
    chance = SeededGenerator(seed: seed)
    thawing = Thawing()
  }

  /// Continues until the time is over and enough signals were sent, at the latest until `latest`.
  mutating func disturb(_ waves: Waves, atLeast least: Int, until end: Int64, latest: Int64) async throws {
    while Pace.now < end || kills + freezes < least, Pace.now < latest {
      let victims = crew.shuffled(using: &chance).dropLast(waves.spared)
      let before = kills + freezes
      while kills + freezes < before + waves.signals, Pace.now < latest {
        try await Pace.rest(Double.random(in: waves.gap, using: &chance))
        if let victim = victims.filter(\.isAwake).randomElement(using: &chance) { await strike(victim) }
      }
      try await Pace.rest(Double.random(in: waves.calm, using: &chance))
    }
    await thawing.end()
  }

  private mutating func strike(_ member: CrewMember) async {
    // A frozen worker is away for long: one of four signals is enough.
    if Int.random(in: 0..<4, using: &chance) == 0 {
      guard member.freeze() else { return }
      freezes += 1
      await thawing.thaw(member, after: Double.random(in: 7...9, using: &chance))
    } else if member.kill() != nil {
      kills += 1
    }
  }
}

/// Frozen workers that are to continue later.
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
