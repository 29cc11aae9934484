public import PaperModel

/// What a stream has cost and may still cost: every reservation ever made, with what became of it.
public struct Books: Sendable, Hashable {
  /// One reservation.
  public struct Line: Sendable, Hashable {
    public let step: StepID
    /// The attempt, from 1.
    public let attempt: Int
    /// What was set aside.
    public let reserved: Money
    /// What became of it.
    public var state: State
    /// What it really cost, once that is known.
    public var charge: Charge?
    /// When it was reserved: microseconds since 1970.
    public let atMicroseconds: Int64

    /// Whether its own worker has not ended it.
    var isOpen: Bool { state == .reserved || state == .abandoned }

    /// What counts against the cap: the charge where it is known, the reservation otherwise.
    public var onTheBooks: Money { charge?.money ?? reserved }
  }

  /// What became of a reservation.
  public enum State: String, Sendable, Hashable {
    /// The step is being taken.
    case reserved
    /// It has its result.
    case finished
    /// It failed, and was charged all the same.
    case failed
    /// Its owner was lost. Until the true charge is known the reservation stays.
    case abandoned
  }

  /// The reservations in the order in which they were made.
  public private(set) var lines: [Line] = []
  private var indices: [Key: Int] = [:]
  /// What counts for runs: the allowance from the ask, what the run really reserved from the fold.
  public private(set) var runs: [StreamID: Money] = [:]
  /// What counts for streams that were opened with a cap of their own.
  public private(set) var opened: [StreamID: Money] = [:]
  /// All of it.
  public private(set) var total = Money.zero

  private struct Key: Hashable {
    let step: StepID
    let attempt: Int
  }

  /// What an entry does that its predecessors do not allow.
  struct Contradiction: Error {
    let complaint: String
  }

  /// Nothing.
  public init() {}

  mutating func reserve(
    _ step: StepID, attempt: Int, _ money: Money, at microseconds: Int64
  ) throws(Contradiction) {
    let key = Key(step: step, attempt: attempt)
    guard indices[key] == nil else { throw Contradiction(complaint: "reserves \(step)#\(attempt) a second time") }
    indices[key] = lines.count
    lines.append(
      Line(step: step, attempt: attempt, reserved: money, state: .reserved, charge: nil, atMicroseconds: microseconds))
    try replace(.zero, by: money)
  }

  mutating func settle(
    _ step: StepID, attempt: Int, as state: State, _ charge: Charge?
  ) throws(Contradiction) {
    let index = try index(step, attempt)
    guard lines[index].isOpen else { throw Contradiction(complaint: "ends \(step)#\(attempt) a second time") }
    let before = lines[index].onTheBooks
    lines[index].state = state
    lines[index].charge = charge ?? lines[index].charge
    try replace(before, by: lines[index].onTheBooks)
  }

  /// Changes nothing where the attempt ended by itself.
  mutating func settleLate(_ step: StepID, attempt: Int, _ charge: Charge) throws(Contradiction) {
    guard lines[try index(step, attempt)].isOpen else { return }
    try settle(step, attempt: attempt, as: .abandoned, charge)
  }

  mutating func book(_ run: StreamID, _ money: Money) throws(Contradiction) {
    try replace(runs[run] ?? .zero, by: money)
    runs[run] = money
  }

  mutating func open(_ stream: StreamID, cap: Money) throws(Contradiction) {
    try replace(opened[stream] ?? .zero, by: cap)
    opened[stream] = cap
  }

  private func index(_ step: StepID, _ attempt: Int) throws(Contradiction) -> Int {
    guard let index = indices[Key(step: step, attempt: attempt)] else {
      throw Contradiction(complaint: "ends \(step)#\(attempt), which was never reserved")
    }
    return index
  }

  private mutating func replace(_ before: Money, by after: Money) throws(Contradiction) {
    total = total - before + after
    guard total < .most else { throw Contradiction(complaint: "brings the books to more than they can count") }
  }

  /// Attempts of a step that were ever reserved.
  public func attempts(of step: StepID) -> Int {
    var count = 0
    while indices[Key(step: step, attempt: count + 1)] != nil { count += 1 }
    return count
  }

  /// What an attempt really cost; nil where that is not known.
  public func charge(of step: StepID, attempt: Int) -> Charge? {
    indices[Key(step: step, attempt: attempt)].flatMap { lines[$0].charge }
  }

  /// Reservations whose steps are neither finished nor failed nor abandoned.
  public var open: [Line] { lines.filter { $0.state == .reserved } }
  /// What is known to be spent by this stream's own steps.
  public var settled: Money { lines.reduce(.zero) { $0 + ($1.charge?.money ?? .zero) } }
  /// What is set aside for steps that are being taken.
  public var reserved: Money { open.reduce(.zero) { $0 + $1.reserved } }
  /// What is set aside for steps whose owners were lost, and may be spent or not.
  public var uncertain: Money {
    lines.reduce(.zero) { $0 + ($1.state == .abandoned && $1.charge == nil ? $1.reserved : .zero) }
  }
  /// Everything that this stream's own steps reserved, spent or not.
  public var ownSteps: Money { lines.reduce(.zero) { $0 + $1.onTheBooks } }
}
