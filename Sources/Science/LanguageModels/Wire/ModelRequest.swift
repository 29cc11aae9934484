public import PaperModel

/// What a model is asked, in the terms that all providers share.
public struct ModelRequest: Hashable, Sendable, Codable {
  public enum Role: String, Hashable, Sendable, Codable {
    case user, assistant
  }

  /// A part of a message.
  public enum Part: Hashable, Sendable, Codable {
    case text(String)
    /// A picture, PNG or JPEG, by its content.
    case image(BlobReference, mediaType: String)
    /// A call that the model made.
    case call(ToolCall)
    /// What a tool answered to a call.
    case result(call: String, text: String)
  }

  public struct Message: Hashable, Sendable, Codable {
    public var role: Role
    public var parts: [Part]

    public init(_ role: Role, _ parts: [Part]) {
      self.role = role
      self.parts = parts
    }

    public init(_ role: Role, _ text: String) { self.init(role, [.text(text)]) }
  }

  /// A tool that the model may call.
  public struct Tool: Hashable, Sendable, Codable {
    public var name: String
    public var description: String
    /// The JSON schema of its arguments.
    public var parameters: JSONValue

    public init(name: String, description: String, parameters: JSONValue) {
      self.name = name
      self.description = description
      self.parameters = parameters
    }
  }

  /// The form that the answer must have.
  public enum Form: Hashable, Sendable, Codable {
    case text
    /// Any JSON object.
    case object
    /// A JSON object of this schema.
    case schema(name: String, JSONValue)
  }

  /// What the model is to be; empty for none.
  public var system: String
  public var messages: [Message]
  public var tools: [Tool] = []
  public var form = Form.text
  /// The most tokens of the answer, reasoning included.
  public var outputLimit: Int64
  /// From 0 on, in thousandths; nil for the model's own.
  public var temperatureThousandths: Int?
  /// For models that answer the same to the same seed.
  public var seed: Int?

  public init(system: String = "", messages: [Message], outputLimit: Int64) {
    self.system = system
    self.messages = messages
    self.outputLimit = outputLimit
  }

  /// The most tokens that the request can be counted as.
  public func promptBound(_ bound: PromptBound) -> Int64 {
    var tokens = bound.perRequest + bound.tokens(of: system)
    for message in messages {
      tokens += bound.perMessage
      for part in message.parts {
        switch part {
        case .text(let text): tokens += bound.tokens(of: text)
        case .image: tokens += bound.perImage
        case .call(let call): tokens += bound.perMessage + bound.tokens(of: call.id + call.name + call.arguments)
        case .result(let call, let text): tokens += bound.perMessage + bound.tokens(of: call + text)
        }
      }
    }
    for tool in tools {
      tokens += bound.perTool + bound.tokens(of: tool.name + tool.description)
      tokens += bound.tokens(of: String(decoding: tool.parameters.json, as: UTF8.self))
    }
    if case .schema(let name, let schema) = form {
      tokens += bound.perTool + bound.tokens(of: name + String(decoding: schema.json, as: UTF8.self))
    }
    return tokens
  }
}

/// A call of a tool by a model.
public struct ToolCall: Hashable, Sendable, Codable {
  public var id: String
  public var name: String
  /// The arguments as the model wrote them: JSON, if it made no mistake.
  public var arguments: String

  public init(id: String, name: String, arguments: String) {
    self.id = id
    self.name = name
    self.arguments = arguments
  }
}
