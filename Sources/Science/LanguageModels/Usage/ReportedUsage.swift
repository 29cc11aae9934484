import FoundationEssentials

/// Usage in a provider's own fields. A stream may report it several times: of each field the last value counts, and
/// nothing is added up.
public struct ReportedUsage: Hashable, Sendable {
  /// How a provider relates its fields to each other.
  public enum Shape: String, Sendable {
    /// OpenAI's chat completions: cached and written tokens are parts of `prompt_tokens`. Reasoning is a part of
    /// `completion_tokens`, or beside it (Gemini, xAI), which the total tells.
    case chat
    /// OpenAI's responses: as `chat`, with other names.
    case responses
    /// Anthropic's messages: cached and written tokens are beside `input_tokens`.
    case messages
  }

  public let shape: Shape
  private var fields: [String: Int64] = [:]

  public init(_ shape: Shape) { self.shape = shape }

  /// Whether nothing was reported.
  public var isEmpty: Bool { fields.isEmpty }

  /// Takes a usage object.
  /// - Throws: `UsageError` naming the field if one that counts is not a whole number from 0 on.
  public mutating func take(_ json: some Sequence<UInt8>) throws(UsageError) {
    guard let object = try? JSONDecoder().decode(UsageObject.self, from: Data(json)) else {
      throw UsageError("the usage that was reported is no JSON object")
    }
    for (name, field) in object.fields(shape) {
      guard let field else { continue }
      guard let count = field.count, (0..<1 << 50).contains(count) else {
        throw UsageError("the usage that was reported has no number of tokens as \(name)")
      }
      fields[name] = count
    }
  }

  /// The usage in kinds that exclude each other.
  /// - Throws: `UsageError` if a field is missing, or the fields contradict each other.
  public func tokens() throws(UsageError) -> TokenUsage {
    switch shape {
    case .chat: try partsOfTotals(prompt: "prompt_tokens", output: "completion_tokens")
    case .responses: try partsOfTotals(prompt: "input_tokens", output: "output_tokens")
    case .messages: try beside()
    }
  }

  private func partsOfTotals(prompt: String, output: String) throws(UsageError) -> TokenUsage {
    let total = fields["total_tokens"]
    let asked = try required(prompt)
    let written = fields[output]
    guard written != nil || total != nil else { throw UsageError("the usage that was reported has no \(output)") }
    var usage = TokenUsage()
    usage.reasoning = fields["reasoning_tokens"] ?? 0
    // Outside the output that it reports where the total says so; without a total, where it is larger.
    let besides = total == nil && usage.reasoning > written ?? 0 ? usage.reasoning : 0
    usage.output = max((written ?? 0) + besides, (total ?? 0) - asked)
    usage.cacheRead = fields["cached_tokens"] ?? fields["prompt_cache_hit_tokens"] ?? 0
    usage.cacheWrite = fields["cache_write_tokens"] ?? 0
    usage.input = asked - usage.cacheRead - usage.cacheWrite
    guard usage.input >= 0 else {
      throw UsageError("the usage that was reported has more cached tokens than \(prompt): \(asked)")
    }
    guard usage.reasoning <= usage.output else {
      throw UsageError("the usage that was reported has more reasoning tokens than output: \(usage.output)")
    }
    return usage
  }

  private func beside() throws(UsageError) -> TokenUsage {
    var usage = TokenUsage()
    usage.input = try required("input_tokens")
    usage.output = try required("output_tokens")
    usage.cacheRead = fields["cache_read_input_tokens"] ?? 0
    usage.longCacheWrite = fields["ephemeral_1h_input_tokens"] ?? 0
    let written =
      fields["cache_creation_input_tokens"] ?? (fields["ephemeral_5m_input_tokens"] ?? 0) + usage.longCacheWrite
    guard usage.longCacheWrite <= written else {
      throw UsageError("the usage that was reported has more tokens written for an hour than written: \(written)")
    }
    usage.cacheWrite = written - usage.longCacheWrite
    usage.reasoning = min(fields["thinking_tokens"] ?? 0, usage.output)
    return usage
  }

  private func required(_ name: String) throws(UsageError) -> Int64 {
    guard let value = fields[name] else { throw UsageError("the usage that was reported has no \(name)") }
    return value
  }
}

/// A number of tokens, or something else in its place.
private struct Field: Decodable {
  let count: Int64?
  init(from decoder: any Decoder) throws { count = try? decoder.singleValueContainer().decode(Int64.self) }
}

/// The fields of all shapes. Fields that no price depends on are not read, so they may hold anything.
private struct UsageObject: Decodable {
  struct InputDetails: Decodable {
    let cached_tokens: Field?
    let cache_write_tokens: Field?
  }
  struct OutputDetails: Decodable {
    let reasoning_tokens: Field?
    let thinking_tokens: Field?
  }
  struct Creation: Decodable {
    let ephemeral_5m_input_tokens: Field?
    let ephemeral_1h_input_tokens: Field?
  }

  let prompt_tokens: Field?
  let completion_tokens: Field?
  let total_tokens: Field?
  let prompt_tokens_details: InputDetails?
  let completion_tokens_details: OutputDetails?
  let prompt_cache_hit_tokens: Field?
  let input_tokens: Field?
  let output_tokens: Field?
  let input_tokens_details: InputDetails?
  let output_tokens_details: OutputDetails?
  let cache_read_input_tokens: Field?
  let cache_creation_input_tokens: Field?
  let cache_creation: Creation?

  func fields(_ shape: ReportedUsage.Shape) -> [(String, Field?)] {
    switch shape {
    case .chat:
      [
        ("prompt_tokens", prompt_tokens), ("completion_tokens", completion_tokens), ("total_tokens", total_tokens),
        ("cached_tokens", prompt_tokens_details?.cached_tokens),
        ("cache_write_tokens", prompt_tokens_details?.cache_write_tokens),
        ("reasoning_tokens", completion_tokens_details?.reasoning_tokens),
        ("prompt_cache_hit_tokens", prompt_cache_hit_tokens),
      ]
    case .responses:
      [
        ("input_tokens", input_tokens), ("output_tokens", output_tokens), ("total_tokens", total_tokens),
        ("cached_tokens", input_tokens_details?.cached_tokens),
        ("cache_write_tokens", input_tokens_details?.cache_write_tokens),
        ("reasoning_tokens", output_tokens_details?.reasoning_tokens),
      ]
    case .messages:
      [
        ("input_tokens", input_tokens), ("output_tokens", output_tokens),
        ("cache_read_input_tokens", cache_read_input_tokens),
        ("cache_creation_input_tokens", cache_creation_input_tokens),
        ("ephemeral_5m_input_tokens", cache_creation?.ephemeral_5m_input_tokens),
        ("ephemeral_1h_input_tokens", cache_creation?.ephemeral_1h_input_tokens),
        ("thinking_tokens", output_tokens_details?.thinking_tokens),
      ]
    }
  }
}
