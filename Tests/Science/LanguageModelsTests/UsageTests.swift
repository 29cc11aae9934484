import PaperModel
import Testing

@testable import LanguageModels

/// What providers report as usage, in the shapes that they are known to send.
@Suite struct UsageTests {
  private func tokens(_ shape: ReportedUsage.Shape, _ objects: String...) throws -> TokenUsage {
    var usage = ReportedUsage(shape)
    for object in objects { try usage.take(object.utf8) }
    return try usage.tokens()
  }

  @Test func `cached and written tokens are parts of the prompt in OpenAI's shape`() throws {
    let usage = try tokens(
      .chat,
      """
      {"prompt_tokens": 2006, "completion_tokens": 300, "total_tokens": 2306, "prompt_tokens_details":
       {"cached_tokens": 1920, "cache_write_tokens": 80}, "completion_tokens_details": {"reasoning_tokens": 120}}
      """)
    #expect(usage.input == 6 && usage.cacheRead == 1920 && usage.cacheWrite == 80)
    #expect(usage.output == 300 && usage.reasoning == 120 && usage.prompt == 2006)
  }

  @Test func `they are beside the input in Anthropic's shape, and an hour's write is told apart`() throws {
    let usage = try tokens(
      .messages,
      """
      {"input_tokens": 10, "cache_read_input_tokens": 500, "cache_creation_input_tokens": 70,
       "cache_creation": {"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 40}, "output_tokens": 1}
      """,
      #"{"output_tokens": 25}"#)
    #expect(usage.input == 10 && usage.cacheRead == 500 && usage.cacheWrite == 30 && usage.longCacheWrite == 40)
    #expect(usage.output == 25 && usage.prompt == 580)
  }

  /// The numbers of CLIProxyAPI#5733, inspect_ai#5528 and browser-use#4075.
  @Test(arguments: [
    (#"{"prompt_tokens": 21, "completion_tokens": 0, "total_tokens": 81, "R": {"reasoning_tokens": 60}}"#, 60),
    (#"{"prompt_tokens": 20, "completion_tokens": 30, "total_tokens": 110, "R": {"reasoning_tokens": 60}}"#, 90),
    (#"{"prompt_tokens": 20, "completion_tokens": 90, "total_tokens": 110, "R": {"reasoning_tokens": 60}}"#, 90),
    (#"{"prompt_tokens": 20, "completion_tokens": 30, "R": {"reasoning_tokens": 60}}"#, 90),
    (#"{"prompt_tokens": 20, "completion_tokens": 90, "R": {"reasoning_tokens": 60}}"#, 90),
    (#"{"prompt_tokens": 20, "total_tokens": 110}"#, 90),
  ])
  func `reasoning is counted once, outside of the output or inside`(_ text: String, _ output: Int64) throws {
    let text = text.split(separator: "\"R\"").joined(separator: "\"completion_tokens_details\"")
    #expect(try tokens(.chat, text).output == output)
  }

  @Test func `of each field the last value counts, and nothing is added up`() throws {
    let usage = try tokens(
      .chat, #"{"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}"#,
      #"{"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}"#,
      #"{"completion_tokens": 7, "total_tokens": 16}"#)
    #expect(usage.input == 9 && usage.output == 7)
  }

  @Test func `DeepSeek's hits are cached tokens`() throws {
    let usage = try tokens(
      .chat,
      #"{"prompt_tokens": 9, "completion_tokens": 1, "prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 1}"#)
    #expect(usage.input == 1 && usage.cacheRead == 8)
  }

  @Test(arguments: [
    (#"{"prompt_tokens": "12", "completion_tokens": 1}"#, "prompt_tokens"),
    (#"{"prompt_tokens": 12, "completion_tokens": -1}"#, "completion_tokens"),
    (#"{"prompt_tokens": 9223372036854775808, "completion_tokens": 1}"#, "prompt_tokens"),
    (#"{"prompt_tokens": 4611686018427387904, "completion_tokens": 1}"#, "prompt_tokens"),
    (#"{"prompt_tokens": 1.5, "completion_tokens": 1}"#, "prompt_tokens"),
    (#"{"prompt_tokens": 5, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 6}}"#, "cached"),
    (#"{"prompt_tokens": 5}"#, "completion_tokens"),
    (#"{"completion_tokens": 5}"#, "prompt_tokens"),
    ("[]", "no JSON object"), ("", "no JSON object"), ("null", "no JSON object"),
  ])
  func `usage that can't be is refused by the name of its field`(_ text: String, _ word: String) {
    let error = #expect(throws: UsageError.self) { try tokens(.chat, text) }
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
  }

  @Test func `a bound counts bytes, more of what a tokenizer may rewrite`() {
    var bound = PromptBound()
    #expect(bound.tokens(of: "aé") == 1 + 2 * 11)
    bound.normalisation = .nfc
    #expect(bound.tokens(of: "aé") == 1 + 2 * 3)
    bound.normalisation = .identity
    #expect(bound.tokens(of: "aé") == 3)
  }
}
