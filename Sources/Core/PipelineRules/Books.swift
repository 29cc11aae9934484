public import PaperModel

/// A stream's money: every reservation ever made, with its outcome.
public struct Books: Sendable, Hashable {
  /// One reservation.
  public struct Line: Sendable, Hashable {
    public let step: StepID
    /// The attempt, from 1.
    public let attempt: Int
    /// The reserved amount.
    public let reserved: Money
    public var state: State
    /// The true cost, once it is known.
    public var charge: Charge?
    /// Time of the reservation: microseconds since 1970.
    public let atMicroseconds: Int64
    /// What is known of a call whose price its owner did not learn.
    public fileprivate(set) var receipt: Receipt?

    /// Whether its own worker has not ended it.
    var isOpen: Bool { state == .reserved || state == .abandoned }

    /// Whether the attempt is over and nobody knows its cost.
    public var isUncertain: Bool { charge == nil && (state == .abandoned || state == .unsettled) }

    /// The amount that counts against the cap: the charge if it is known, the reservation otherwise.
    public var onTheBooks: Money { charge?.money ?? reserved }
  }

  /// The state of a reservation.
  public enum State: String, Sendable, Hashable {
    /// The step is running.
    case reserved
    /// The step has its result.
    case finished
    /// The step failed, and was charged all the same.
    case failed
    /// The step is over, and its owner did not learn its price. The reservation stays until the true charge is known.
    case unsettled
    /// The owner was lost. The reservation stays until the true charge is known.
    case abandoned
  }

  /// The reservations in the order in which they were made.
  public private(set) var lines: [Line] = []
  private var indices: [Key: Int] = [:]
  /// The amounts for runs: the allowance from the ask on, the run's actual reservations from the fold on.
  public private(set) var runs: [StreamID: Money] = [:]
  /// What is kept for streams that this stream opened: their caps, or more while a cap is being changed.
  public private(set) var opened: [StreamID: Money] = [:]
  /// The sum of everything.
  public private(set) var total = Money.zero

  private struct Key: Hashable {
    let step: StepID
    let attempt: Int
  }

  /// What an entry does that its predecessors do not allow.
  struct Contradiction: Error {
    let complaint: String
  }

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
    lines[index].state = state
    if let charge { try replaceReservation(at: index, by: charge) }
  }

  /// Ends an attempt whose price its owner does not know.
  mutating func unsettle(_ step: StepID, attempt: Int, _ receipt: Receipt) throws(Contradiction) {
    try settle(step, attempt: attempt, as: .unsettled, nil)
    lines[try index(step, attempt)].receipt = receipt
  }

  private mutating func replaceReservation(at index: Int, by charge: Charge) throws(Contradiction) {
    let before = lines[index].onTheBooks
    lines[index].charge = charge
    try replace(before, by: lines[index].onTheBooks)
  }

  /// Changes nothing where the attempt ended by itself.
  mutating func settleLate(_ step: StepID, attempt: Int, _ charge: Charge) throws(Contradiction) {
    let line = lines[try index(step, attempt)]
    if line.isOpen {
      try settle(step, attempt: attempt, as: .abandoned, charge)
    } else if line.state == .unsettled {
      try replaceReservation(at: try index(step, attempt), by: charge)
    }
  }

  mutating func book(_ run: StreamID, _ money: Money) throws(Contradiction) {
    try replace(runs[run] ?? .zero, by: money)
    runs[run] = money
  }

  /// A stream that is opened again, after a replay, keeps what it was granted meanwhile.
  mutating func open(_ stream: StreamID, cap: Money) throws(Contradiction) {
    try grant(stream, max(cap, opened[stream] ?? .zero))
  }

  mutating func grant(_ stream: StreamID, _ money: Money) throws(Contradiction) {
    try replace(opened[stream] ?? .zero, by: money)
    opened[stream] = money
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

  /// The number of attempts of a step that were ever reserved.
  public func attempts(of step: StepID) -> Int {
    var count = 0
    while indices[Key(step: step, attempt: count + 1)] != nil { count += 1 }
    return count
  }

  /// What an attempt really cost; nil where that is not known.
  public func charge(of step: StepID, attempt: Int) -> Charge? {
    indices[Key(step: step, attempt: attempt)].flatMap { lines[$0].charge }
  }

  /// Reservations of steps that have not ended.
  public var open: [Line] { lines.filter { $0.state == .reserved } }
  /// The charges of this stream's own steps.
  public var settled: Money { lines.reduce(.zero) { $0 + ($1.charge?.money ?? .zero) } }
  /// The reservations of running steps.
  public var reserved: Money { open.reduce(.zero) { $0 + $1.reserved } }
  /// The reservations of steps that are over and whose cost nobody knows.
  public var uncertain: Money { lines.reduce(.zero) { $0 + ($1.isUncertain ? $1.reserved : .zero) } }
  /// The charges and reservations of all of this stream's own steps.
  public var ownSteps: Money { lines.reduce(.zero) { $0 + $1.onTheBooks } }
}
