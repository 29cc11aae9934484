import ExperimentTemplates
import PaperModel
import Testing

/// Names, texts and numbers of templates and experiments have any characters and any size; the result is a paper, or an
/// error that names what is wrong.
@Suite struct ForeignTextTests {
  private typealias Written = SweepPaperTests.Written

  private func source(
    metric: String = "score", words: String = "\"score\"", comment: String = "step rate", extra: String = "",
    value: String = "rate * 10 + seed * 0.37"
  ) -> String {
    """
    import argparse, json, os
    \(extra)
    rate = 0.1  # \(comment)
    metrics = {"\(metric)": {"words": \(words), "better": "higher", "unit": ""}}
    parser = argparse.ArgumentParser()
    parser.add_argument("--out_dir", default="run_0")
    out = parser.parse_args().out_dir
    os.makedirs(out, exist_ok=True)
    v = [\(value) for seed in range(3)]
    info = {"toy": {"means": {"\(metric)": v[0]}, "final_info_dict": {"\(metric)": v}}}
    json.dump(info, open(os.path.join(out, "final_info.json"), "w"))
    """
  }

  @Test func `papers are written about names with spaces and signs, other scripts, digits alone and quotes`()
    async throws
  {
    let text = source(
      metric: "val @score 5%", words: "\"学1習 ✓\"", comment: "0.5 学習率 ✓",
      extra: "name = \"it's\"  # what it is called\nlabel = \"\"  # nothing\nλ_2 = 3  # 7\n")
    let written = try await Written("rate", FakeTemplate.make(text, name: "123"))
    #expect(written.text.contains("folder 123") && written.text.contains("□"))
    #expect(written.text.contains("lack are shown as □"))
  }

  @Test func `a paper is written about a metric described by digits`() async throws {
    let written = try await Written("rate", FakeTemplate.make(source(metric: "7", words: "\"42\""), name: "plain"))
    #expect(written.text.contains("metric 42"))
  }

  @Test(arguments: [("1e300", "×10300"), ("1e-9", "×10−9"), ("1e-300", "×10−300")])
  func `numbers of any size are written up with three digits`(scale: String, power: String) async throws {
    let text = source(value: "\(scale) * (rate * 10 + seed * 0.37)")
    let written = try await Written("rate", FakeTemplate.make(text, name: "plain"))
    #expect(written.text.filter { !$0.isWhitespace }.contains(power))
    #expect(!written.text.contains("0.000000000"))
  }

  @Test func `a value that differences would overflow with is refused by the metric's name`() async throws {
    let text = source(value: "1.7e308")
    let failure = await #expect(throws: Failure.self) { try await Written("rate", FakeTemplate.make(text)) }
    #expect(failure?.kind == "metricTooLarge" && failure?.message.contains("“score”") == true)
  }

  @Test func `results without the metric that the template names are refused by both names`() async throws {
    let text = source().replacing("{\"score\": {\"words\"", with: "{\"accuracy\": {\"words\"")
    let failure = await #expect(throws: Failure.self) { try await Written("rate", FakeTemplate.make(text)) }
    #expect(failure?.kind == "metricMissing")
    #expect(failure?.message.contains("“accuracy”") == true && failure?.message.contains("“score”") == true)
  }

  @Test func `a template without settings is refused with the reason`() async throws {
    let text = source().replacing("rate = 0.1", with: "rate = float(\"0.1\")")
    let failure = await #expect(throws: Failure.self) { try await Written("rate", FakeTemplate.make(text)) }
    #expect(failure?.kind == "noSettings")
  }
}
