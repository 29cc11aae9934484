import FoundationEssentials
import PaperModel

/// A request as a person reads it, and as a program does.
struct LetterText {
  private let request: ModelRequest
  /// The pictures in their order.
  let images: [BlobReference]

  init(_ request: ModelRequest) {
    self.request = request
    images = request.messages.flatMap(\.parts).compactMap { part in
      guard case .image(let blob, _) = part else { return nil }
      return blob
    }
  }

  static func imageName(_ index: Int) -> String { "image-\(index + 1)" }

  var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    // A request can always be written.
    return (try? encoder.encode(request)).map { Array($0) + [0x0a] } ?? []
  }

  var markdown: String {
    var text =
      "# A request\n\nWrite the answer to `\(Mailbox.answerFile)` in this folder: under another name first, then "
      + "renamed.\n"
    text += "\n## The form of the answer\n\n\(form)\n"
    text += "At most about \(request.outputLimit) tokens (four characters of English are one).\n"
    if !request.tools.isEmpty {
      text += "\n## Tools\n\nTools can't be called here; answer without them.\n"
    }
    if !request.system.isEmpty { text += "\n## What the answerer is\n\n\(request.system)\n" }
    var image = 0
    for message in request.messages {
      text += "\n## \(message.role == .user ? "The question" : "An earlier answer")\n\n"
      for part in message.parts { text += self.text(of: part, &image) }
    }
    return text
  }

  private var form: String {
    switch request.form {
    case .text: "Text, as the question asks for it."
    case .object: "One JSON object."
    case .schema(_, let schema):
      "One JSON object that is valid under this schema:\n\n```json\n"
        + String(decoding: schema.json, as: UTF8.self) + "\n```\n"
    }
  }

  private func text(of part: ModelRequest.Part, _ image: inout Int) -> String {
    switch part {
    case .text(let text): return text + "\n"
    case .image:
      defer { image += 1 }
      return "(The picture \(Self.imageName(image)) in this folder.)\n"
    case .call(let call): return "(A call of the tool \(call.name): \(call.arguments))\n"
    case .result(_, let text): return "(What the tool answered:)\n\n\(text)\n"
    }
  }
}
