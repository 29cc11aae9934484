import Testing

@testable import LanguageModels

/// Objects in what models write.
@Suite struct AnswerTests {
  private struct Verdict: Codable, Hashable {
    let isNovel: Bool
    let reason: String
    var score: Double?
  }

  @Test(arguments: [
    #"{"isNovel": true, "reason": "r"}"#,
    "Here it is:\n```json\n{\"isNovel\": true, \"reason\": \"r\"}\n```\nAnything else?",
    "<think>{\"isNovel\": false, \"reason\": \"no\"}</think>{\"isNovel\": true, \"reason\": \"r\"}",
    "thoughts without a beginning </think> {\"isNovel\": true, \"reason\": \"r\"}",
    #"As {x} shows: {"isNovel": true, "reason": "r"}"#,
    "```\n{\"isNovel\": false, \"reason\": \"draft\"}\n```\n~~~json\n{\"isNovel\": true, \"reason\": \"r\",}\n~~~",
    #"{"isNovel": true, "reason": "r", "score": NaN,}"#,
    #"{"isNovel": true, "reason": "r", "score": -Infinity}"#,
    #"A brace { that is never closed. {"isNovel": true, "reason": "r"}"#,
  ])
  func `an object is found whatever stands around it`(_ answer: String) throws {
    #expect(try AnswerObject.decode(Verdict.self, from: answer) == Verdict(isNovel: true, reason: "r"))
  }

  @Test func `strings keep braces, commas and words that are repaired elsewhere`() throws {
    let reason = "NaN, } ,] \\\"{\\\" <b>"
    let verdict = try AnswerObject.decode(Verdict.self, from: "{\"isNovel\": true, \"reason\": \"\(reason)\"}")
    #expect(verdict.reason == "NaN, } ,] \"{\" <b>")
    let lines = try AnswerObject.decode(Verdict.self, from: "{\"isNovel\": true, \"reason\": \"a\n\tb\"}")
    #expect(lines.reason == "a\n\tb")
  }

  @Test(arguments: [
    ("No.", "no JSON object"), (#"{"isNovel": true, "reason": "cut o"#, "not complete"),
    (#"{"isNovel": true, "reason": "r""#, "not complete"), (#"{"reason": "r"}"#, "isNovel is missing"),
    (#"{"isNovel": "yes", "reason": "r"}"#, "isNovel needs true or false"),
    (#"{"isNovel": true, "reason": ["r"]}"#, "reason needs a text"), (#"{"isNovel" true}"#, "not valid JSON"),
    ("{\"isNovel\": true, \"reason\": \"r\"\n<think>", "not complete"),
  ])
  func `what is no such object is said in a sentence`(_ answer: String, _ words: String) {
    let problem = #expect(throws: AnswerObject.Problem.self) { try AnswerObject.decode(Verdict.self, from: answer) }
    #expect(problem?.description.contains(words) == true, "\(problem?.description ?? "")")
  }

  @Test func `loops are noticed, and legal answers are not`() {
    func loops(_ pieces: [String]) -> Bool {
      var detector = LoopDetector()
      return pieces.contains { detector.take($0) }
    }
    #expect(loops(["{\"a\": 1,", String(repeating: " \n", count: 100)]))
    #expect(!loops(["{\"a\": 1,", String(repeating: " ", count: 199), "\"b\": 2}"]))
    #expect(loops(["{\"a\": 3.1", String(repeating: "415926", count: 40)]))
    #expect(loops(["{\"a\": \"well", String(repeating: ", and then he said", count: 20)]))
    #expect(!loops(["{\"a\": [1", String(repeating: ", 0.125", count: 500), "]}"]))
    #expect(!loops(["{\"a\": [\"", String(repeating: "x\", \"", count: 500), "\"]}"]))
    #expect(!loops(["{\"line\": \"", String(repeating: "-", count: 80), "\", \"n\": 1000000000000000}"]))
    #expect(!loops(["{\"a\": \"", (1...500).map { "word\($0) " }.joined(), "\"}"]))
    // Text is the same in any pieces.
    let text = "{\"a\": \"" + String(repeating: "abcdefghij", count: 24)
    #expect(loops(text.map(String.init)) && loops([text]))
    #expect(!loops([String(text.dropLast(10))]))
  }
}

/// Changes to files in what models write.
@Suite struct FileEditTests {
  private let file = "import os\n\nrate = 0.1\n\ndef f():\n    if os:\n        return 1\n    return 2\n"

  private func edited(_ answer: String, _ text: String? = nil) -> (text: String, refused: [FileEdits.Refused]) {
    FileEdits.apply(FileEdits.replacements(in: answer, path: "experiment.py"), to: text ?? file)
  }

  private func block(_ search: String, _ replace: String) -> String {
    "experiment.py\n```python\n<<<<<<< SEARCH\n\(search)\n=======\n\(replace)\n>>>>>>> REPLACE\n```\n"
  }

  @Test func `lines that stand once are replaced`() {
    let (text, refused) = edited(
      "Faster.\n" + block("rate = 0.1", "rate = 0.2\nsteps = 5") + block("import os", "import sys"))
    #expect(refused.isEmpty)
    #expect(text.hasPrefix("import sys\n\nrate = 0.2\nsteps = 5\n\ndef f():\n") && text.hasSuffix("return 2\n"))
  }

  @Test func `an indentation that all lines lack is given to the replacement too`() {
    let (text, refused) = edited(block("if os:\n    return 1", "if os:\n    return 3\n\nreturn 4"))
    #expect(refused.isEmpty)
    #expect(text.contains("    if os:\n        return 3\n\n    return 4\n    return 2\n"))
    let (less, none) = edited(block("      rate = 0.1", "      rate = 7"))
    #expect(none.isEmpty && less.contains("\nrate = 7\n"))
  }

  @Test(arguments: [
    ("rate = 0.3", "do not stand"), ("    return", "do not stand"), ("", "names no line"), ("\n\n", "names no line"),
    ("if os:\n  return 1", "do not stand"),
  ])
  func `what can't be found is refused with the reason, and nothing is changed`(_ search: String, _ words: String) {
    let (text, refused) = edited(block(search, "x"))
    #expect(text == file && refused.count == 1 && refused[0].reason.contains(words))
  }

  @Test func `lines that stand twice are refused`() {
    let (text, refused) = edited(block("x = 1", "x = 2"), "x = 1\ny = 1\nx = 1\n")
    #expect(text == "x = 1\ny = 1\nx = 1\n" && refused.count == 1 && refused[0].reason.contains("2 times"))
  }

  @Test func `one change that is refused leaves the others`() {
    let (text, refused) = edited(block("nowhere", "x") + block("rate = 0.1", "rate = 9"))
    #expect(refused.count == 1 && text.contains("rate = 9\n"))
  }

  @Test func `equal halves change nothing, and a block without an end is none`() {
    #expect(edited(block("nowhere", "nowhere")).refused.isEmpty)
    #expect(FileEdits.replacements(in: "a.py\n<<<<<<< SEARCH\nx\n=======\ny\n", path: nil).isEmpty)
    #expect(FileEdits.replacements(in: "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE", path: nil).isEmpty)
  }

  @Test func `a text without a last line's end keeps none`() {
    #expect(edited(block("b", "c"), "a\nb").text == "a\nc")
    #expect(edited(block("a", "c"), "a\nb").text == "c\nb")
  }

  @Test func `whole files are named before their fence or behind it`() {
    let answer = """
      The experiment, in `experiment.py`, changes.

      **experiment.py**
      ```python
      x = 1
      ```
      ```python plot.py
      y = 2
      ```
      Not a file:
      ```
      z = 3
      ```
      notes.txt:
      ~~~~
      ```
      ~~~
      ~~~~
      experiment.py
      ```python
      cut off
      """
    #expect(
      FileEdits.files(in: answer) == ["experiment.py": "x = 1\n", "plot.py": "y = 2\n", "notes.txt": "```\n~~~\n"])
  }

  @Test(arguments: ["../x.py", "/etc/passwd.txt", "a/../b.py", "no name", "", "...", ".hidden"])
  func `other lines name no file`(_ line: String) { #expect(FileEdits.fileName(line) == nil) }
}
