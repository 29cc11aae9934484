import FoundationEssentials
import PaperModel

/// Writes requests in a provider's form. The same request always becomes the same bytes.
public struct RequestBody: Sendable {
  /// The deviations of a model or its server from its protocol.
  public struct Quirks: Hashable, Sendable, Codable {
    /// The name of the field with the limit of output in chat completions.
    public var outputLimitField = "max_completion_tokens"
    /// Whether the model takes a temperature.
    public var takesTemperature = true
    /// Whether the model takes a seed.
    public var takesSeed = false
    /// How strictly the model keeps to a schema: `strict`, `tool`, `object`, or `none`, which asks for it in words.
    public var structure = Structure.strict

    public init() {}
  }

  /// A rung of the ladder of structured answers.
  public enum Structure: String, Hashable, Sendable, Codable, CaseIterable {
    /// The server enforces the schema.
    case strict
    /// The schema is that of a tool which the model must call.
    case tool
    /// The server enforces that the answer is an object; the schema stands in the prompt.
    case object
    /// The schema stands in the prompt.
    case none

    /// The next rung down; nil at the last.
    public var below: Structure? { Self.allCases.drop { $0 != self }.dropFirst().first }
  }

  private let request: ModelRequest
  private let model: String
  private let quirks: Quirks
  private let images: [String: [UInt8]]

  /// - Parameters:
  ///   - model: the provider's name of the model.
  ///   - images: the bytes of the request's pictures by digest.
  public init(_ request: ModelRequest, model: String, quirks: Quirks, images: [String: [UInt8]] = [:]) {
    self.request = request
    self.model = model
    self.quirks = quirks
    self.images = images
  }

  /// The tool by which a model gives an object where its server enforces no schema.
  static let answerTool = "answer"

  private var schema: (name: String, schema: JSONValue)? {
    guard case .schema(let name, let schema) = request.form else { return nil }
    return (name, schema)
  }

  /// The system text, with the schema in words where the server does not enforce it.
  private var system: String {
    guard let schema, quirks.structure == .object || quirks.structure == .none else { return request.system }
    let words = """
      Answer with one JSON object and nothing else. It must be valid under this JSON schema:
      \(String(decoding: schema.schema.json, as: UTF8.self))
      """
    return request.system.isEmpty ? words : "\(request.system)\n\n\(words)"
  }

  private var temperature: JSONValue? {
    guard quirks.takesTemperature, let thousandths = request.temperatureThousandths else { return nil }
    return JSONValue(parsing: "\(thousandths)e-3".utf8)
  }

  private func base64(_ digest: String) -> String { Data(images[digest] ?? []).base64EncodedString() }
}

// MARK: - OpenAI's chat completions
extension RequestBody {
  /// The body of `POST /chat/completions`.
  public var chat: JSONValue {
    var body: [String: JSONValue] = [
      "model": .text(model), "stream": true, "stream_options": ["include_usage": true],
      quirks.outputLimitField: .number(.init(request.outputLimit)),
      "messages": .list(
        (system.isEmpty ? [] : [["role": "system", "content": .text(system)]])
          + request.messages.flatMap(chatMessages)),
    ]
    if let temperature { body["temperature"] = temperature }
    if quirks.takesSeed, let seed = request.seed { body["seed"] = .number(.init(seed)) }
    var tools = request.tools
    switch (request.form, quirks.structure) {
    case (.schema(let name, let schema), .strict):
      body["response_format"] = [
        "type": "json_schema", "json_schema": ["name": .text(name), "strict": true, "schema": schema],
      ]
    case (.schema(_, let schema), .tool):
      tools.append(.init(name: Self.answerTool, description: "Gives the answer.", parameters: schema))
      body["tool_choice"] = ["type": "function", "function": ["name": .text(Self.answerTool)]]
    case (.schema, .object), (.object, .strict), (.object, .tool), (.object, .object):
      body["response_format"] = ["type": "json_object"]
    default: break
    }
    if !tools.isEmpty { body["tools"] = .list(tools.map(chatTool)) }
    return .object(body)
  }

  private func chatTool(_ tool: ModelRequest.Tool) -> JSONValue {
    [
      "type": "function",
      "function": [
        "name": .text(tool.name), "description": .text(tool.description), "parameters": tool.parameters,
      ],
    ]
  }

  /// A message; results of tools are messages of their own.
  private func chatMessages(_ message: ModelRequest.Message) -> [JSONValue] {
    var results: [JSONValue] = []
    var content: [JSONValue] = []
    var calls: [JSONValue] = []
    for part in message.parts {
      switch part {
      case .text(let text): content.append(["type": "text", "text": .text(text)])
      case .image(let blob, let type):
        let url = "data:\(type);base64,\(base64(blob.digest))"
        content.append(["type": "image_url", "image_url": ["url": .text(url)]])
      case .call(let call):
        calls.append([
          "id": .text(call.id), "type": "function",
          "function": ["name": .text(call.name), "arguments": .text(call.arguments)],
        ])
      case .result(let call, let text):
        results.append(["role": "tool", "tool_call_id": .text(call), "content": .text(text)])
      }
    }
    guard !content.isEmpty || !calls.isEmpty else { return results }
    var written: [String: JSONValue] = ["role": .text(message.role.rawValue)]
    // Many servers take a list of parts only where there is a picture.
    if content.count == 1, let text = content[0]["text"] {
      written["content"] = text
    } else if !content.isEmpty {
      written["content"] = .list(content)
    }
    if !calls.isEmpty { written["tool_calls"] = .list(calls) }
    return results + [.object(written)]
  }
}

// MARK: - Anthropic's messages
extension RequestBody {
  /// The body of `POST /messages`.
  public var messages: JSONValue {
    var body: [String: JSONValue] = [
      "model": .text(model), "stream": true, "max_tokens": .number(.init(request.outputLimit)),
      "messages": .list(
        request.messages.map { message in
          ["role": .text(message.role.rawValue), "content": .list(message.parts.map(messagePart))]
        }),
    ]
    if !system.isEmpty { body["system"] = .text(system) }
    if let temperature { body["temperature"] = temperature }
    var tools = request.tools
    if case .schema(_, let schema) = request.form {
      switch quirks.structure {
      case .strict: body["output_config"] = ["format": ["type": "json_schema", "schema": schema]]
      case .tool:
        tools.append(.init(name: Self.answerTool, description: "Gives the answer.", parameters: schema))
        body["tool_choice"] = ["type": "tool", "name": .text(Self.answerTool)]
      case .object, .none: break
      }
    }
    if !tools.isEmpty {
      body["tools"] = .list(
        tools.map {
          ["name": .text($0.name), "description": .text($0.description), "input_schema": $0.parameters]
        })
    }
    return .object(body)
  }

  private func messagePart(_ part: ModelRequest.Part) -> JSONValue {
    switch part {
    case .text(let text): ["type": "text", "text": .text(text)]
    case .image(let blob, let type):
      [
        "type": "image",
        "source": ["type": "base64", "media_type": .text(type), "data": .text(base64(blob.digest))],
      ]
    case .call(let call):
      [
        "type": "tool_use", "id": .text(call.id), "name": .text(call.name),
        "input": JSONValue(parsing: call.arguments.utf8) ?? [:],
      ]
    case .result(let call, let text):
      ["type": "tool_result", "tool_use_id": .text(call), "content": .text(text)]
    }
  }
}
