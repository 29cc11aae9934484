import PaperModel
import Testing

/// The JSON of definitions and results as stores hold it: what was written by older versions is read, and what they
/// could say is still written in the same bytes.
@Suite struct DefinitionTests {
  private static let digest = String(repeating: "a", count: 64)
  private static let result =
    #"{"code":{"files":[]},"files":{"files":[]},"findings":[],"folder":"run_1","label":"l","outputTail":""}"#

  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
  }

  private func value<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try CanonicalJSON.decode(type, from: Array(json.utf8))
  }

  static let requests: [(json: String, node: ExperimentNode?)] = [
    ("", nil),
    (#""node":{"number":0},"#, ExperimentNode(number: 0, parent: nil)),
    (#""node":{"number":2,"parent":1},"#, ExperimentNode(number: 2, parent: 1)),
  ]

  @Test(arguments: requests)
  func `a run request names its node, or none`(_ json: String, _ node: ExperimentNode?) throws {
    let text =
      #"{"code":{"files":[]},"label":"l",\#(json)"outputFolder":"run_1","prices":{"cpuSecond":11111,"#
      + #""date":"2026-11-01","gpuSecond":694444},"scale":"small","timeLimitSeconds":60}"#
    let request = try value(RunRequest.self, text)
    #expect(request.node == node && request.prices == .standard)
    #expect(try self.json(request) == text)
  }

  static let entries: [(fields: (first: String, last: String), change: ExperimentRecord.Change)] = [
    (("", ""), .baseline),
    (("", #","value":"0.5""#), .setting(nil, value: "0.5")),
    (("", #","setting":"momentum","value":"0.5""#), .setting("momentum", value: "0.5")),
    (
      (#""edit":{"parent":"run/c.1.v1r0","patch":{"digest":"\#(digest)","size":3}},"#, ""),
      .edit(of: StreamID("run/c.1.v1r0")!, patch: BlobReference(digest: digest, size: 3)!)
    ),
  ]

  @Test(arguments: entries)
  func `an entry of a record says what its run changed`(
    _ fields: (first: String, last: String), _ change: ExperimentRecord.Change
  ) throws {
    let text =
      #"{"entries":[{\#(fields.first)"result":\#(Self.result),"run":"run/c.1.v1r1"\#(fields.last)}],"notes":"n"}"#
    let record = try value(ExperimentRecord.self, text)
    #expect(record.entries.map(\.change) == [change])
    #expect(record.entries.first?.change.value == (fields.last.isEmpty ? nil : "0.5"))
    #expect(try json(record) == text)
  }
}
