import Testing
import YAML

@Suite struct YAMLDecodingTests {
  struct Campaign: Codable, Equatable {
    enum Mode: String, Codable { case fast, thorough }
    struct Model: Codable, Equatable {
      var name: String
      var temperature: Double?
    }
    var template: String
    var ideas: UInt16
    var budget: String
    var mode: Mode?
    var models: [Model]
    var labels: [String: String]?
  }

  let text = """
    template: grokking
    ideas: 20
    budget: 15.50
    mode: fast
    models:
      - name: small
        temperature: 0.7
      - name: 4
    labels: {team: no, owner: "7"}
    """

  private func decode<Value: Decodable>(
    _ text: String, as type: Value.Type, unknownKeys: YAMLDocument.UnknownKeys = .refused
  ) throws -> Value {
    try YAMLDocument(parsing: text, file: "campaign.yaml").decode(type, unknownKeys: unknownKeys)
  }

  private func message(_ text: String, unknownKeys: YAMLDocument.UnknownKeys = .refused) -> String? {
    let error = #expect(throws: YAMLError.self) { try decode(text, as: Campaign.self, unknownKeys: unknownKeys) }
    return error?.description
  }

  @Test func `a document becomes a Codable type`() throws {
    let campaign = try decode(text, as: Campaign.self)
    #expect(
      campaign
        == Campaign(
          template: "grokking", ideas: 20, budget: "15.50", mode: .fast,
          models: [.init(name: "small", temperature: 0.7), .init(name: "4")], labels: ["team": "no", "owner": "7"]))
  }

  @Test func `a value of the wrong kind is refused at its place`() {
    let wrong = text.replacing("ideas: 20", with: "ideas: many")
    #expect(
      message(wrong) == "campaign.yaml: line 2, column 8: needs a whole number from 0 to 65535, not the text “many”")
    #expect(message(text.replacing("20", with: "70000"))?.hasSuffix("0 to 65535, not 70000") == true)
    #expect(message(text.replacing("20", with: "1.5"))?.hasSuffix("0 to 65535, not 1.5") == true)
    #expect(
      message(text.replacing("grokking", with: "true"))?.hasSuffix("needs text; put it in quotes, not true") == true)
    #expect(message(text.replacing("0.7", with: "warm"))?.hasPrefix("campaign.yaml: line 7, column 18: ") == true)
    #expect(message("[1]")?.hasSuffix("needs a mapping (key: value), not a list") == true)
    #expect(message("models: 3\ntemplate: x\nideas: 1\nbudget: 1")?.hasSuffix("needs a list, not 3") == true)
  }

  @Test func `an error of the type's own gets its place`() {
    #expect(message(text.replacing("fast", with: "slow"))?.hasPrefix("campaign.yaml: line 4, column 7: ") == true)
  }

  @Test func `a missing key is named with the place of its mapping`() {
    #expect(
      message(text.replacing("name: small", with: "temprature: 1"))
        == "campaign.yaml: line 6, column 5: the key “name” is missing")
  }

  @Test func `an unknown key is named, unless they are to be passed over`() throws {
    let misspelt = text.replacing("    temperature: 0.7", with: "    temprature: 0.7")
    #expect(
      message(misspelt)
        == "campaign.yaml: line 7, column 5: unknown key “temprature”; known here: name, temperature")
    #expect(try decode(misspelt, as: Campaign.self, unknownKeys: .ignored).models[0].temperature == nil)
  }

  @Test func `whole numbers reach the ends of their types`() throws {
    let numbers = try decode("[18446744073709551615, 0]", as: [UInt64].self)
    #expect(numbers == [.max, 0])
    #expect(throws: YAMLError.self) { try decode("[18446744073709551616]", as: [UInt64].self) }
    #expect(throws: YAMLError.self) { try decode("[9223372036854775808]", as: [Int64].self) }
    #expect(try decode("[~, 1]", as: [Int?].self) == [nil, 1])
    #expect(try decode("[1, 2.5]", as: [Float].self) == [1, 2.5])
  }

  @Test func `types that try one form after the other are decoded`() throws {
    enum Either: Decodable, Equatable {
      case number(Int), words([String])
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
          self = .number(number)
        } else {
          self = .words(try container.decode([String].self))
        }
      }
    }
    #expect(try decode("[3, [a, b]]", as: [Either].self) == [.number(3), .words(["a", "b"])])
  }

  @Test(.enabled(if: canMeasureMemory)) func `a thousand documents, good and bad, leave no memory behind`() async {
    // In a process of its own: parallel tests use memory too.
    await #expect(processExitsWith: .success) { try YAMLDecodingTests.leaveNothingBehind() }
  }

  fileprivate static func leaveNothingBehind() throws {
    let tests = YAMLDecodingTests()
    func once() {
      _ = try? tests.decode(tests.text, as: Campaign.self)
      _ = try? tests.decode(tests.text + "\n}", as: Campaign.self)
      _ = try? tests.decode(tests.text + "\nunknown: 1", as: Campaign.self)
    }
    for _ in 0..<300 { once() }
    let before = try residentKibibytes()
    for _ in 0..<1000 { once() }
    #expect(try residentKibibytes() - before < 16 << 10)
  }
}
