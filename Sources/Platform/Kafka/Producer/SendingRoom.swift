/// The room for pending records, and the callers that wait for room, in order. Pure; its owner locks and resumes.
struct SendingRoom<Waiter> {
  private struct Entry {
    var number: UInt64
    var records: Int
    var bytes: Int
    var waiter: Waiter
  }

  let recordLimit: Int
  let byteLimit: Int
  private(set) var records = 0
  private(set) var bytes = 0
  private var waiting: [Entry] = []
  private var lastNumber: UInt64 = 0

  init(recordLimit: Int, byteLimit: Int) {
    precondition(recordLimit > 0 && byteLimit > 0, "a producer's queue needs room for something")
    self.recordLimit = recordLimit
    self.byteLimit = byteLimit
  }

  /// Nothing is on its way.
  var isEmpty: Bool { records == 0 }

  /// Takes room at once if there is some and no caller waits; a record larger than all room is sent alone.
  mutating func take(records count: Int, bytes size: Int) -> Bool {
    guard waiting.isEmpty, fits(count, size) else { return false }
    records += count
    bytes += size
    return true
  }

  /// Queues a caller; its number removes it again.
  mutating func wait(records count: Int, bytes size: Int, _ waiter: Waiter) -> UInt64 {
    lastNumber += 1
    waiting.append(Entry(number: lastNumber, records: count, bytes: size, waiter: waiter))
    return lastNumber
  }

  /// Returns room and the waiters that have theirs now.
  mutating func giveBack(records count: Int, bytes size: Int) -> [Waiter] {
    records -= count
    bytes -= size
    precondition(records >= 0 && bytes >= 0, "more room is given back than was taken")
    return admit()
  }

  /// Removes a waiter; nil if it has its room already.
  mutating func leave(_ number: UInt64) -> (waiter: Waiter, admitted: [Waiter])? {
    guard let index = waiting.firstIndex(where: { $0.number == number }) else { return nil }
    let waiter = waiting.remove(at: index).waiter
    return (waiter, admit())
  }

  /// Takes all waiters out.
  mutating func leaveAll() -> [Waiter] {
    defer { waiting = [] }
    return waiting.map(\.waiter)
  }

  private func fits(_ count: Int, _ size: Int) -> Bool {
    records == 0 || records + count <= recordLimit && bytes + size <= byteLimit
  }

  private mutating func admit() -> [Waiter] {
    var admitted: [Waiter] = []
    while let first = waiting.first, fits(first.records, first.bytes) {
      records += first.records
      bytes += first.bytes
      admitted.append(first.waiter)
      waiting.removeFirst()
    }
    return admitted
  }
}
