/// Puts together the answer of OpenAI's chat completions from the events of its stream, also of the many servers that
/// deviate from it.
public struct ChatStream: Sendable {
  public private(set) var answer = ModelAnswer()
  public private(set) var usage = ReportedUsage(.chat)
  public private(set) var progress = AnswerProgress.open
  /// Why the usage that was reported can't be used.
  public private(set) var usageError: UsageError?
  /// Text of the answer as it came last, for whoever watches it.
  public private(set) var lastText = ""

  private var hasFinish = false
  private var places: [Int64: Int] = [:]

  public init() {}

  /// Takes the data of an event. Everything behind the end is read too: some servers send the usage after it.
  public mutating func take(_ data: String) {
    lastText = ""
    if data == "[DONE]" {
      if progress == .open, hasFinish { progress = .whole }
      return
    }
    guard let chunk = JSONValue(parsing: data.utf8) else {
      fail(ProviderError(kind: "invalidEvent", message: "an event of the answer is not JSON"))
      return
    }
    if let error = ProviderError(chunk) { fail(error) }
    if let id = chunk["id"]?.text, !id.isEmpty { answer.id = id }
    if let model = chunk["model"]?.text, !model.isEmpty { answer.model = model }
    takeUsage(chunk["usage"])
    for choice in chunk["choices"]?.list ?? [] where choice["index"]?.whole ?? 0 == 0 { take(choice: choice) }
  }

  private mutating func fail(_ error: ProviderError) {
    if case .failed = progress {} else { progress = .failed(error) }
  }

  private mutating func takeUsage(_ object: JSONValue?) {
    guard let object, case .object = object else { return }
    answer.usageObjects = [object]
    do throws(UsageError) { try usage.take(object.json) } catch { usageError = error }
  }

  private mutating func take(choice: JSONValue) {
    let delta = choice["delta"] ?? choice["message"] ?? [:]
    if let text = delta["content"]?.text { add(text) }
    if let refusal = delta["refusal"]?.text, !refusal.isEmpty {
      add(refusal)
      answer.finish = .refused
    }
    answer.reasoning += delta["reasoning_content"]?.text ?? delta["reasoning"]?.text ?? ""
    for call in delta["tool_calls"]?.list ?? [] { take(call: call) }
    guard let word = choice["finish_reason"]?.text else { return }
    hasFinish = true
    switch word {
    case "length", "max_tokens": answer.finish = .length
    case "content_filter": answer.finish = .refused
    case "tool_calls", "function_call": answer.finish = .calls
    case "error": fail(ProviderError(kind: "error", message: "the provider ended the answer with an error"))
    default: if answer.finish != .refused { answer.finish = answer.calls.isEmpty ? .stop : .calls }
    }
  }

  private mutating func add(_ text: String) {
    answer.text += text
    lastText += text
  }

  /// A piece of a call: the first has its id and name, the others more of its arguments. Some servers number all calls
  /// 0, or none: a new id begins a new call.
  private mutating func take(call: JSONValue) {
    let index = call["index"]?.whole ?? Int64(max(0, answer.calls.count - 1))
    let id = call["id"]?.text ?? ""
    let function = call["function"] ?? [:]
    if let place = places[index], id.isEmpty || answer.calls[place].id == id {
      answer.calls[place].name += answer.calls[place].name.isEmpty ? function["name"]?.text ?? "" : ""
      answer.calls[place].arguments += function["arguments"]?.text ?? ""
    } else {
      places[index] = answer.calls.count
      answer.calls.append(
        ToolCall(id: id, name: function["name"]?.text ?? "", arguments: function["arguments"]?.text ?? ""))
    }
  }
}
