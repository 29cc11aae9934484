public import PaperModel

/// The money of one campaign or paper with its runs. The order in which entries of different streams arrive makes no
/// difference.
public struct Ledger: Projection, Sendable, Hashable, Codable {
  /// A kind of step, by which sums are grouped.
  public struct StepKind: Sendable, Hashable, Codable {
    public let stage: Stage
    public let name: String
  }

  /// The sum of one kind of step.
  public struct KindSum: Sendable, Hashable, Codable {
    public let kind: StepKind
    public internal(set) var amounts: Amounts
  }

  /// The name under which the rest of a run's allowance is listed.
  public static let allowanceName = "allowance"

  private struct Attempt: Sendable, Hashable, Codable {
    let stream: StreamID
    let step: String
    let attempt: Int
    let kind: StepKind
    let reserved: Money
    var isUncertain = false
    /// The charge of a late settlement, which a second one replaces.
    var late: Money?
  }

  private struct Run: Sendable, Hashable, Codable {
    /// Nil before the run is asked for, and after its result is folded in.
    var allowance: Money?
    var isEnded = false
    /// The amount that its own steps have charged or reserved.
    var booked = Money.zero

    var waiting: Money { isEnded ? .zero : max(.zero, (allowance ?? .zero) - booked) }
  }

  private struct Settled: Sendable, Hashable, Codable {
    let kind: StepKind
    var money: Money
  }

  private var settled: [Settled] = []
  /// Attempts without a charge, and lost ones with a late charge.
  private var attempts: [Attempt] = []
  private var runs: [String: Run] = [:]

  public init() {}

  public mutating func apply(_ found: StreamEntry) {
    let stream = found.stream
    switch found.entry.fact {
    case .stepStarted(let step, let attempt, let reserved):
      attempts.append(
        Attempt(
          stream: stream, step: Self.key(step), attempt: attempt, kind: StepKind(stage: step.stage, name: step.name),
          reserved: reserved))
      book(reserved, stream)
    case .stepFinished(let step, let attempt, _, let charge), .stepFailed(let step, let attempt, _, let charge):
      guard let index = index(stream, step, attempt) else { return }
      settle(index, charge.money)
      attempts.remove(at: index)
    case .stepAbandoned(let step, let attempt), .stepUnsettled(let step, let attempt, _, _):
      if let index = index(stream, step, attempt) { attempts[index].isUncertain = true }
    case .settledLate(let step, let attempt, let charge):
      guard let index = index(stream, step, attempt) else { return }
      settle(index, charge.money)
      attempts[index].late = charge.money
    case .asked(_, _, let asks, _): for ask in asks { runs[ask.run.name, default: Run()].allowance = ask.opening.cap }
    case .folded(let run, _, _): runs[run.name, default: Run()].allowance = nil
    case .stageFinished, .deadLettered, .cancelled: end(stream, true)
    case .replayed: end(stream, false)
    default: break
    }
  }

  /// What an entry does that the entries before it do not allow; nil if it is in order.
  func complaint(about fact: JournalEntry.Fact, in stream: StreamID) -> String? {
    switch fact {
    case .stepStarted(let step, let attempt, _) where index(stream, step, attempt) != nil:
      "reserves \(step)#\(attempt) a second time"
    case .stepFinished(let step, let attempt, _, _), .stepFailed(let step, let attempt, _, _),
      .stepAbandoned(let step, let attempt), .stepUnsettled(let step, let attempt, _, _):
      index(stream, step, attempt) == nil ? "ends \(step)#\(attempt), which is not open" : nil
    default: nil
    }
  }

  public var amounts: Amounts { sums.values.reduce(Amounts(), +) }

  public var sums: [StepKind: Amounts] {
    var sums: [StepKind: Amounts] = [:]
    for line in settled { sums[line.kind, default: Amounts()].settled += line.money }
    for attempt in attempts where attempt.late == nil {
      if attempt.isUncertain {
        sums[attempt.kind, default: Amounts()].uncertain += attempt.reserved
      } else {
        sums[attempt.kind, default: Amounts()].reserved += attempt.reserved
      }
    }
    let waiting = waiting.reduce(Money.zero) { $0 + $1.value }
    if waiting > .zero {
      sums[StepKind(stage: .run, name: Self.allowanceName), default: Amounts()].reserved += waiting
    }
    return sums
  }

  /// The runs that have not ended, by name, with the rest of their allowances beyond their own steps.
  public var waiting: [String: Money] { runs.mapValues(\.waiting).filter { $0.value > .zero } }

  private static func key(_ step: StepID) -> String {
    "\(step.stage.rawValue) \(step.visit) \(step.name) \(step.ordinal) \(step.requestDigest)"
  }

  private func index(_ stream: StreamID, _ step: StepID, _ attempt: Int) -> Int? {
    let key = Self.key(step)
    return attempts.lastIndex { $0.attempt == attempt && $0.stream == stream && $0.step == key }
  }

  /// Replaces the amounts of an attempt on the books by its charge.
  private mutating func settle(_ index: Int, _ charge: Money) {
    let attempt = attempts[index]
    let change = charge - (attempt.late ?? .zero)
    if let line = settled.firstIndex(where: { $0.kind == attempt.kind }) {
      settled[line].money += change
    } else {
      settled.append(Settled(kind: attempt.kind, money: change))
    }
    book(charge - (attempt.late ?? attempt.reserved), attempt.stream)
  }

  private mutating func book(_ money: Money, _ stream: StreamID) {
    if stream.kind == .run { runs[stream.name, default: Run()].booked += money }
  }

  private mutating func end(_ stream: StreamID, _ isEnded: Bool) {
    if stream.kind == .run { runs[stream.name, default: Run()].isEnded = isEnded }
  }
}
