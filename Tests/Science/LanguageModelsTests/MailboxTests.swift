import FoundationEssentials
import PaperModel
import Testing

@testable import LanguageModels

@Suite struct MailboxTests {
  private func inFolder(_ body: (String, Mailbox) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mailbox-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder, Mailbox(folder: folder))
  }

  private var request: ModelRequest {
    let picture = BlobReference(digest: String(repeating: "ab", count: 32), size: 3)!
    var request = ModelRequest(
      system: "You review papers.",
      messages: [.init(.user, [.text("Is this figure clear?"), .image(picture, mediaType: "image/png")])],
      outputLimit: 300)
    request.form = .schema(name: "verdict", ["type": "object"])
    return request
  }

  private func put(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

  @Test func `a request lies in its folder, for people and for programs`() throws {
    try inFolder { folder, mailbox in
      #expect(try mailbox.letters() == [])
      try mailbox.post(request, as: "c.1-review-0", images: [String(repeating: "ab", count: 32): [1, 2, 3]])
      let place = "\(folder)/c.1-review-0"
      let text = String(decoding: try Data(contentsOf: URL(filePath: "\(place)/request.md")), as: UTF8.self)
      for words in ["You review papers.", "Is this figure clear?", "image-1", #"{"type":"object"}"#, "300 tokens"] {
        #expect(text.contains(words), "\(words)")
      }
      let json = try Data(contentsOf: URL(filePath: "\(place)/request.json"))
      #expect(try JSONDecoder().decode(ModelRequest.self, from: json) == request)
      #expect(try Data(contentsOf: URL(filePath: "\(place)/image-1")) == Data([1, 2, 3]))
      #expect(try mailbox.letters() == [.init(name: "c.1-review-0", path: place, isAnswered: false)])
    }
  }

  @Test func `the answer is what lies beside the request, and a request that is put again is unchanged`() throws {
    try inFolder { folder, mailbox in
      try mailbox.post(request, as: "a")
      #expect(try mailbox.answer(to: "a") == nil)
      try put("Yes.\n", "\(folder)/a/answer.md")
      var other = request
      other.system = "Something else."
      try mailbox.post(other, as: "a")
      let text = String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/a/request.md")), as: UTF8.self)
      #expect(text.contains("You review papers.") && !text.contains("Something else."))
      #expect(try mailbox.answer(to: "a") == "Yes.\n")
      #expect(try mailbox.letters().map(\.isAnswered) == [true])
    }
  }

  @Test(arguments: ["", " \n", "\u{fffe}"])
  func `what is no answer is said with its file`(_ text: String) throws {
    try inFolder { folder, mailbox in
      try mailbox.post(request, as: "a")
      try Data(text == "\u{fffe}" ? [0xff, 0xfe] : Array(text.utf8)).write(to: URL(filePath: "\(folder)/a/answer.md"))
      let error = #expect(throws: MailboxError.self) { try mailbox.answer(to: "a") }
      #expect(error?.description.contains("answer.md") == true)
    }
  }

  @Test func `a folder in the place of the answer is no answer`() throws {
    try inFolder { folder, mailbox in
      try mailbox.post(request, as: "a")
      try FileManager.default.createDirectory(atPath: "\(folder)/a/answer.md", withIntermediateDirectories: false)
      #expect(throws: MailboxError.self) { try mailbox.answer(to: "a") }
    }
  }

  @Test(arguments: ["", "..", "../a", "a/b", ".hidden", "a b", String(repeating: "a", count: 201)])
  func `other names are refused`(_ name: String) throws {
    try inFolder { _, mailbox in #expect(throws: MailboxError.self) { try mailbox.post(request, as: name) } }
  }
}
