import Testing

@testable import LanguageModels

/// Streams as servers are known to send them.
@Suite struct ChatStreamTests {
  private func read(_ events: [String]) -> ChatStream {
    var stream = ChatStream()
    for event in events { stream.take(event) }
    return stream
  }

  private let usage = #"{"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6}}"#

  @Test func `text, finish and usage are put together`() throws {
    let stream = read([
      #"{"id": "chatcmpl-1", "model": "m-1", "choices": [{"index": 0, "delta": {"role": "assistant"}}]}"#,
      #"{"choices": [{"index": 0, "delta": {"content": "Hel"}}], "usage": null}"#,
      #"{"choices": [{"index": 0, "delta": {"content": "lo"}, "finish_reason": null}]}"#,
      #"{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}"#, usage, "[DONE]",
    ])
    #expect(stream.progress == .whole && stream.answer.text == "Hello" && stream.answer.finish == .stop)
    #expect(stream.answer.id == "chatcmpl-1" && stream.answer.model == "m-1")
    #expect(try stream.usage.tokens().output == 2 && stream.answer.usageObjects.count == 1)
  }

  @Test func `usage behind the end counts, and so does usage in every chunk`() throws {
    let late = read([#"{"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}"#, "[DONE]", usage])
    #expect(late.progress == .whole)
    #expect(try late.usage.tokens().prompt == 4)
    let each = read([
      #"{"choices": [{"delta": {"content": "a"}}], "usage": {"prompt_tokens": 4, "completion_tokens": 1}}"#,
      #"{"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 4, "completion_tokens": 9}}"#,
      "[DONE]",
    ])
    #expect(try each.usage.tokens().output == 9)
  }

  @Test func `an answer without its end is open, and one with an error has failed`() {
    #expect(read([#"{"choices": [{"delta": {"content": "a"}}]}"#]).progress == .open)
    #expect(read([#"{"choices": [{"delta": {"content": "a"}}]}"#, "[DONE]"]).progress == .open)
    let failed = read([#"{"error": {"message": "overloaded", "type": "server_error", "code": 503}}"#, "[DONE]"])
    #expect(failed.progress == .failed(ProviderError(kind: "server_error", message: "overloaded")))
    #expect(read(["nonsense"]).progress != .open)
    let late = read([#"{"choices": [{"delta": {}, "finish_reason": "error"}]}"#, "[DONE]"])
    if case .failed = late.progress {} else { Issue.record("\(late.progress)") }
  }

  @Test func `calls come in pieces, also where all have the number 0 or none`() {
    let piece = { (fields: String) in #"{"choices": [{"delta": {"tool_calls": [{\#(fields)}]}}]}"# }
    let one = read([
      piece(#""index": 0, "id": "a", "function": {"name": "f", "arguments": "{\"x\""}"#),
      piece(#""index": 0, "function": {"arguments": ": 1}"}"#),
      piece(#""index": 1, "id": "b", "function": {"name": "g", "arguments": "{}"}"#),
    ])
    #expect(
      one.answer.calls == [
        .init(id: "a", name: "f", arguments: #"{"x": 1}"#), .init(id: "b", name: "g", arguments: "{}"),
      ])
    let zero = read([
      piece(#""index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}"#),
      piece(#""index": 0, "id": "b", "function": {"name": "g", "arguments": "{"}"#),
      piece(#""index": 0, "id": "b", "function": {"arguments": "}"}"#),
    ])
    #expect(zero.answer.calls.map(\.arguments) == ["{}", "{}"])
    let none = read([
      piece(#""id": "a", "function": {"name": "f", "arguments": "{"}"#), piece(#""function": {"arguments": "}"}"#),
      #"{"choices": [{"delta": {"tool_calls": []}, "finish_reason": "tool_calls"}]}"#,
    ])
    #expect(none.answer.calls == [.init(id: "a", name: "f", arguments: "{}")] && none.answer.finish == .calls)
  }

  @Test(arguments: [
    ("length", ModelAnswer.Finish.length), ("content_filter", .refused), ("stop", .stop), ("eos", .stop),
  ])
  func `the reason of the end is told`(_ word: String, _ finish: ModelAnswer.Finish) {
    #expect(read([#"{"choices": [{"delta": {}, "finish_reason": "\#(word)"}]}"#]).answer.finish == finish)
  }

  @Test func `usage that can't be read is named, and the answer is whole`() {
    let stream = read([
      #"{"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": "4"}}"#,
      "[DONE]",
    ])
    #expect(stream.progress == .whole && stream.usageError != nil)
  }
}

@Suite struct MessagesStreamTests {
  private func read(_ events: [String]) -> MessagesStream {
    var stream = MessagesStream()
    for event in events { stream.take(event) }
    return stream
  }

  @Test func `blocks, thoughts, calls and usage are put together`() throws {
    let stream = read([
      """
      {"type": "message_start", "message": {"id": "msg_1", "model": "c-1", "usage":
       {"input_tokens": 9, "cache_read_input_tokens": 90, "output_tokens": 1}}}
      """,
      #"{"type": "ping"}"#, #"{"type": "something_new", "x": 1}"#,
      #"{"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}"#,
      #"{"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}}"#,
      #"{"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}}"#,
      #"{"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}"#,
      #"{"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hi"}}"#,
      #"{"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t", "name": "f"}}"#,
      #"{"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{\"a\""}}"#,
      #"{"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ": 1}"}}"#,
      #"{"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 33}}"#,
      #"{"type": "message_stop"}"#,
    ])
    #expect(stream.progress == .whole && stream.answer.text == "Hi" && stream.answer.reasoning == "Hm.")
    #expect(
      stream.answer.calls == [.init(id: "t", name: "f", arguments: #"{"a": 1}"#)] && stream.answer.finish == .calls)
    let tokens = try stream.usage.tokens()
    #expect(tokens.input == 9 && tokens.cacheRead == 90 && tokens.output == 33)
    #expect(stream.answer.usageObjects.count == 2)
  }

  @Test func `only the message's own end makes it whole`() {
    let start = #"{"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 1, "output_tokens": 1}}}"#
    #expect(read([start, #"{"type": "message_delta", "delta": {"stop_reason": "end_turn"}}"#]).progress == .open)
    let failed = read([start, #"{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}"#])
    #expect(failed.progress == .failed(ProviderError(kind: "overloaded_error", message: "Overloaded")))
  }
}

@Suite struct ProviderErrorTests {
  @Test(arguments: [
    (#"{"error": {"message": "m", "type": "t", "code": "c"}}"#, "m (c)"),
    (#"[{"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED"}}]"#, "m (RESOURCE_EXHAUSTED)"),
    (#"{"type": "error", "error": {"type": "t", "message": "m"}}"#, "m (t)"), (#"{"error": "m"}"#, "m"),
  ])
  func `errors are read in the shapes that providers send`(_ text: String, _ description: String) throws {
    #expect(ProviderError(try #require(JSONValue(parsing: text.utf8)))?.description == description)
  }

  @Test(arguments: [#"{"error": null}"#, "{}", "[]", "1"])
  func `what holds no error is none`(_ text: String) throws {
    #expect(ProviderError(try #require(JSONValue(parsing: text.utf8))) == nil)
  }
}
