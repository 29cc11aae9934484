import Testing

@testable import Kafka

@Suite("Room for what is sent")
struct SendingRoomTests {
  @Test func `records that fit are admitted at once, the others in order as room is returned`() {
    var room = SendingRoom<String>(recordLimit: 10, byteLimit: 100)
    let taken = [room.take(records: 6, bytes: 10), room.take(records: 5, bytes: 10)]
    _ = room.wait(records: 5, bytes: 10, "large")
    // It would fit, but must not overtake.
    let overtakes = room.take(records: 1, bytes: 1)
    _ = room.wait(records: 1, bytes: 1, "small")
    #expect(taken == [true, false])
    #expect(!overtakes)
    let admitted = room.giveBack(records: 6, bytes: 10)
    #expect(admitted == ["large", "small"])
    #expect(room.records == 6 && room.bytes == 11)
    let rest = room.giveBack(records: 6, bytes: 11)
    #expect(rest.isEmpty && room.isEmpty)
  }

  @Test func `bytes count as records do, and a record larger than all room goes alone`() {
    var room = SendingRoom<String>(recordLimit: 10, byteLimit: 100)
    let taken = [room.take(records: 1, bytes: 1000), room.take(records: 1, bytes: 1)]
    #expect(taken == [true, false])
    _ = room.wait(records: 20, bytes: 1, "many")
    _ = room.wait(records: 1, bytes: 1, "one")
    let first = room.giveBack(records: 1, bytes: 1000)
    let second = room.giveBack(records: 20, bytes: 1)
    #expect(first == ["many"])
    #expect(second == ["one"])
  }

  @Test func `a waiter that leaves makes way for those behind it, and only once`() {
    var room = SendingRoom<String>(recordLimit: 10, byteLimit: 100)
    let isIn = room.take(records: 8, bytes: 1)
    #expect(isIn)
    let large = room.wait(records: 9, bytes: 1, "large")
    let small = room.wait(records: 2, bytes: 1, "small")
    let left = room.leave(large)
    #expect(left?.waiter == "large")
    #expect(left?.admitted == ["small"])
    let again = room.leave(large)
    let late = room.leave(small)
    #expect(again == nil)
    #expect(late == nil, "it has its room already")
    _ = room.wait(records: 5, bytes: 1, "last")
    let all = room.leaveAll()
    #expect(all == ["last"])
    let admitted = room.giveBack(records: 10, bytes: 2)
    #expect(admitted.isEmpty)
  }
}
