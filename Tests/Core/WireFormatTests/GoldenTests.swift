import Foundation
import PaperModel
import Testing
import WireFormat

/// Golden messages are in Tests/Fixtures/wire/v1. Running these tests with SHOAL_WRITE_WIRE_FIXTURES=1 writes those of
/// new facts without touching existing files, and `protos/agree.py twins` adds the readable twins.
struct GoldenTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/wire/v1")

  @Test(arguments: GoldenValues.entries.keys.sorted())
  func `an entry that was once written is read and written the same`(name: String) throws {
    let entry = GoldenValues.entry(try #require(GoldenValues.entries[name]))
    let bytes = try golden(name, written: WireFormat.encode(entry))
    #expect(try WireFormat.decodeEntry(bytes) == entry)
    #expect(WireFormat.encode(entry) == bytes)
  }

  @Test(arguments: GoldenValues.workItems.keys.sorted())
  func `a work item that was once written is read and written the same`(name: String) throws {
    let item = try #require(GoldenValues.workItems[name])
    let bytes = try golden(name, written: WireFormat.encode(item))
    #expect(try WireFormat.decodeWorkItem(bytes) == item)
    #expect(WireFormat.encode(item) == bytes)
  }

  @Test(arguments: GoldenValues.events.keys.sorted())
  func `an event that was once written is read and written the same`(name: String) throws {
    let event = try #require(GoldenValues.events[name])
    let bytes = try golden(name, written: WireFormat.encode(event))
    #expect(try WireFormat.decodeEvent(bytes) == event)
    #expect(WireFormat.encode(event) == bytes)
  }

  @Test func `a page that was once written is read and written the same`() throws {
    let bytes = try golden("page", written: WireFormat.encode(GoldenValues.page))
    #expect(WireFormat.isPage(bytes) && WireFormat.encode(GoldenValues.page) == bytes)
    for entry in GoldenValues.page {
      #expect(try WireFormat.entry(entry.number, of: entry.stream, inPage: bytes) == entry.bytes)
    }
  }

  @Test(arguments: FactKind.allCases)
  func `every fact has a golden message`(kind: FactKind) {
    #expect(GoldenValues.entries.values.contains { FactKind($0) == kind })
  }

  @Test func `every golden message is expected and has a readable twin`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { !$0.hasPrefix(".") }
    let names = Set(GoldenValues.entries.keys).union(GoldenValues.workItems.keys).union(GoldenValues.events.keys)
      .union(["page"])
    #expect(Set(files) == Set(names.flatMap { ["\($0).binpb", "\($0).txtpb"] }))
  }

  private func golden(_ name: String, written: [UInt8]) throws -> [UInt8] {
    let file = Self.folder.appendingPathComponent("\(name).binpb")
    let mayWrite = ProcessInfo.processInfo.environment["SHOAL_WRITE_WIRE_FIXTURES"] == "1"
    if mayWrite, !FileManager.default.fileExists(atPath: file.path) { try Data(written).write(to: file) }
    return [UInt8](try Data(contentsOf: file))
  }
}
