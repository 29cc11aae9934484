/// Puts together the answer of Anthropic's messages from the events of its stream.
public struct MessagesStream: Sendable {
  public private(set) var answer = ModelAnswer()
  public private(set) var usage = ReportedUsage(.messages)
  public private(set) var progress = AnswerProgress.open
  public private(set) var usageError: UsageError?
  public private(set) var lastText = ""

  /// The place in `answer.calls` of a block that is a call.
  private var places: [Int64: Int] = [:]

  public init() {}

  /// Takes the data of an event. Events of unknown kinds are passed over.
  public mutating func take(_ data: String) {
    lastText = ""
    guard let event = JSONValue(parsing: data.utf8) else {
      fail(ProviderError(kind: "invalidEvent", message: "an event of the answer is not JSON"))
      return
    }
    switch event["type"]?.text {
    case "message_start":
      answer.id = event["message"]?["id"]?.text ?? ""
      answer.model = event["message"]?["model"]?.text ?? ""
      takeUsage(event["message"]?["usage"])
    case "content_block_start": begin(event["content_block"] ?? [:], at: event["index"]?.whole ?? 0)
    case "content_block_delta": take(delta: event["delta"] ?? [:], at: event["index"]?.whole ?? 0)
    case "message_delta":
      if let word = event["delta"]?["stop_reason"]?.text { finish(word) }
      takeUsage(event["usage"])
    case "message_stop": if progress == .open { progress = .whole }
    case "error":
      fail(ProviderError(event) ?? ProviderError(kind: "error", message: "the provider reported an error"))
    default: break
    }
  }

  private mutating func fail(_ error: ProviderError) {
    if case .failed = progress {} else { progress = .failed(error) }
  }

  private mutating func takeUsage(_ object: JSONValue?) {
    guard let object, case .object = object else { return }
    // The first has the input, the last the output.
    answer.usageObjects = answer.usageObjects.prefix(1) + [object]
    do throws(UsageError) { try usage.take(object.json) } catch { usageError = error }
  }

  private mutating func begin(_ block: JSONValue, at index: Int64) {
    switch block["type"]?.text {
    case "text": add(block["text"]?.text ?? "")
    case "tool_use":
      places[index] = answer.calls.count
      answer.calls.append(ToolCall(id: block["id"]?.text ?? "", name: block["name"]?.text ?? "", arguments: ""))
    default: break
    }
  }

  private mutating func take(delta: JSONValue, at index: Int64) {
    switch delta["type"]?.text {
    case "text_delta": add(delta["text"]?.text ?? "")
    case "thinking_delta": answer.reasoning += delta["thinking"]?.text ?? ""
    case "input_json_delta":
      if let place = places[index] { answer.calls[place].arguments += delta["partial_json"]?.text ?? "" }
    default: break
    }
  }

  private mutating func add(_ text: String) {
    answer.text += text
    lastText += text
  }

  private mutating func finish(_ word: String) {
    switch word {
    case "max_tokens", "model_context_window_exceeded": answer.finish = .length
    case "tool_use", "pause_turn": answer.finish = .calls
    case "refusal": answer.finish = .refused
    default: answer.finish = .stop
    }
  }
}
