/// Admits users of a host and queues others: at most a number at once, in order of arrival, and only one until the host
/// was first reached (each request to an unresolved name would start a thread for it).
struct HostGates<Visitor> {
  private struct Gate {
    var isReached = false
    var inside = 0
    var waiting: [Int: Visitor] = [:]
    var firstTicket = 0
    var nextTicket = 0
  }

  private let mostInside: Int
  private var gates: [String: Gate] = [:]
  /// How many unused hosts are remembered as reached.
  private static var mostIdle: Int { 1000 }

  init(mostInside: Int) { self.mostInside = mostInside }

  /// Asks for admission.
  /// - Returns: nil if the visitor is admitted, else its ticket.
  mutating func enter(_ host: String, _ visitor: Visitor) -> Int? {
    if gates.count > Self.mostIdle { gates = gates.filter { $0.value.inside > 0 || !$0.value.waiting.isEmpty } }
    return withGate(host) { gate, most in
      if gate.waiting.isEmpty, gate.inside < most(gate) {
        gate.inside += 1
        return nil
      }
      gate.waiting[gate.nextTicket] = visitor
      gate.nextTicket += 1
      return gate.nextTicket - 1
    }
  }

  /// An admitted visitor has a connection.
  /// - Returns: the visitors that are admitted because of it.
  mutating func reached(_ host: String) -> [Visitor] {
    withGate(host) { gate, most in
      if gate.isReached { return [] }
      gate.isReached = true
      return Self.admit(&gate, most(gate))
    }
  }

  /// An admitted visitor has left.
  /// - Returns: the visitors that are admitted instead.
  mutating func leave(_ host: String) -> [Visitor] {
    withGate(host) { gate, most in
      precondition(gate.inside > 0, "left without having entered")
      gate.inside -= 1
      return Self.admit(&gate, most(gate))
    }
  }

  /// A waiting visitor gives up.
  mutating func giveUp(_ host: String, ticket: Int) { withGate(host) { gate, _ in gate.waiting[ticket] = nil } }

  private mutating func withGate<Value>(_ host: String, _ body: (inout Gate, (Gate) -> Int) -> Value) -> Value {
    body(&gates[host, default: Gate()]) { [mostInside] in $0.isReached ? mostInside : 1 }
  }

  private static func admit(_ gate: inout Gate, _ most: Int) -> [Visitor] {
    var admitted: [Visitor] = []
    while gate.inside < most, gate.firstTicket < gate.nextTicket {
      if let visitor = gate.waiting.removeValue(forKey: gate.firstTicket) {
        gate.inside += 1
        admitted.append(visitor)
      }
      gate.firstTicket += 1
    }
    return admitted
  }
}
