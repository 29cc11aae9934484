/// Puts together the answer of Anthropic's messages from the events of its stream.
struct MessagesStream: Sendable {
  private(set) var draft = AnswerDraft(.messages)

  /// The place in `draft.answer.calls` of a block that is a call.
  private var places: [Int64: Int] = [:]

  /// Takes the data of an event. Events of unknown kinds are passed over.
  mutating func take(_ data: String) {
    draft.beginEvent()
    guard let event = draft.parse(data) else { return }
    switch event["type"]?.text {
    case "message_start":
      draft.answer.id = event["message"]?["id"]?.text ?? ""
      draft.answer.model = event["message"]?["model"]?.text ?? ""
      draft.takeUsage(event["message"]?["usage"], keepsFirst: true)
    case "content_block_start": begin(event["content_block"] ?? [:], at: event["index"]?.whole ?? 0)
    case "content_block_delta": take(delta: event["delta"] ?? [:], at: event["index"]?.whole ?? 0)
    case "message_delta":
      if let word = event["delta"]?["stop_reason"]?.text { finish(word) }
      draft.takeUsage(event["usage"], keepsFirst: true)
    case "message_stop": draft.finish()
    case "error":
      draft.fail(ProviderError(event) ?? ProviderError(kind: "error", message: "the provider reported an error"))
    default: break
    }
  }

  private mutating func begin(_ block: JSONValue, at index: Int64) {
    switch block["type"]?.text {
    case "text": draft.add(block["text"]?.text ?? "")
    case "tool_use":
      places[index] = draft.answer.calls.count
      draft.answer.calls.append(ToolCall(id: block["id"]?.text ?? "", name: block["name"]?.text ?? "", arguments: ""))
    default: break
    }
  }

  private mutating func take(delta: JSONValue, at index: Int64) {
    switch delta["type"]?.text {
    case "text_delta": draft.add(delta["text"]?.text ?? "")
    case "thinking_delta": draft.answer.reasoning += delta["thinking"]?.text ?? ""
    case "input_json_delta":
      if let place = places[index] { draft.answer.calls[place].arguments += delta["partial_json"]?.text ?? "" }
    default: break
    }
  }

  private mutating func finish(_ word: String) {
    switch word {
    case "max_tokens", "model_context_window_exceeded": draft.answer.finish = .length
    case "tool_use", "pause_turn": draft.answer.finish = .calls
    case "refusal": draft.answer.finish = .refused
    default: draft.answer.finish = .stop
    }
  }
}
