/// Puts together the answer of OpenAI's chat completions from the events of its stream, also of the many servers that
/// deviate from it.
struct ChatStream: Sendable {
  private(set) var draft = AnswerDraft(.chat)
  private var hasFinish = false
  private var places: [Int64: Int] = [:]

  /// Takes the data of an event. Everything behind the end is read too: some servers send the usage after it.
  mutating func take(_ data: String) {
    draft.beginEvent()
    if data == "[DONE]" {
      if hasFinish { draft.finish() }
      return
    }
    guard let chunk = draft.parse(data) else { return }
    if let error = ProviderError(chunk) { draft.fail(error) }
    if let id = chunk["id"]?.text, !id.isEmpty { draft.answer.id = id }
    if let model = chunk["model"]?.text, !model.isEmpty { draft.answer.model = model }
    draft.takeUsage(chunk["usage"], keepsFirst: false)
    for choice in chunk["choices"]?.list ?? [] where choice["index"]?.whole ?? 0 == 0 { take(choice: choice) }
  }

  private mutating func take(choice: JSONValue) {
    let delta = choice["delta"] ?? choice["message"] ?? [:]
    if let text = delta["content"]?.text { draft.add(text) }
    if let refusal = delta["refusal"]?.text, !refusal.isEmpty {
      draft.add(refusal)
      draft.answer.finish = .refused
    }
    draft.answer.reasoning += delta["reasoning_content"]?.text ?? delta["reasoning"]?.text ?? ""
    for call in delta["tool_calls"]?.list ?? [] { take(call: call) }
    guard let word = choice["finish_reason"]?.text else { return }
    hasFinish = true
    switch word {
    case "length", "max_tokens": draft.answer.finish = .length
    case "content_filter": draft.answer.finish = .refused
    case "tool_calls", "function_call": draft.answer.finish = .calls
    case "error": draft.fail(ProviderError(kind: "error", message: "the provider ended the answer with an error"))
    default: if draft.answer.finish != .refused { draft.answer.finish = draft.answer.calls.isEmpty ? .stop : .calls }
    }
  }

  /// A piece of a call: the first has its id and name, the others more of its arguments. Some servers number all calls
  /// 0, or none: a new id begins a new call.
  private mutating func take(call: JSONValue) {
    let index = call["index"]?.whole ?? Int64(max(0, draft.answer.calls.count - 1))
    let id = call["id"]?.text ?? ""
    let function = call["function"] ?? [:]
    if let place = places[index], id.isEmpty || draft.answer.calls[place].id == id {
      draft.answer.calls[place].name += draft.answer.calls[place].name.isEmpty ? function["name"]?.text ?? "" : ""
      draft.answer.calls[place].arguments += function["arguments"]?.text ?? ""
    } else {
      places[index] = draft.answer.calls.count
      draft.answer.calls.append(
        ToolCall(id: id, name: function["name"]?.text ?? "", arguments: function["arguments"]?.text ?? ""))
    }
  }
}
