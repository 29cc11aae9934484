import ExperimentTemplates
import Testing

@Suite struct FinalInfoTests {
  private func read(_ text: String) throws -> FinalInfo { try FinalInfo(parsing: [UInt8](text.utf8)) }

  @Test func `shape A has means, standard errors and the values of seeds`() throws {
    let info = try read(
      """
      {"d": {"means": {"loss_mean": 2.0}, "stderrs": {"loss_stderr": 0.5}, "final_info_dict": {"loss": [1, 2, 3]}}}
      """)
    #expect(
      info["d"]?["loss"]
        == .init(name: "loss", mean: 2, standardError: 0.5, standardDeviation: nil, perSeed: [1, 2, 3]))
    #expect(info.notes.isEmpty)
  }

  @Test func `shape A' has plain names, and values of seeds for some metrics only`() throws {
    let info = try read(
      #"{"d": {"means": {"loss": 2, "acc": 1}, "stderrs": {"loss": 0.5}, "final_info_dict": {"loss": [2, 2]}}}"#)
    #expect(info["d"]?["loss"]?.perSeed == [2, 2])
    #expect(info["d"]?["acc"]?.perSeed == nil && info["d"]?["acc"]?.standardError == nil)
  }

  @Test func `shape B has means only`() throws {
    let info = try read(#"{"d": {"means": {"loss": -2.5e-3}}}"#)
    #expect(info["d"]?.metrics == [.init(name: "loss", mean: -0.0025)])
  }

  @Test func `shape C has arrays beside the means, which are passed over`() throws {
    let info = try read(#"{"x": {"means": {"loss": 2}, "eval_loss": [1, 2, 3], "text": "hello"}}"#)
    #expect(info["x"]?.metrics.map(\.name) == ["loss"])
  }

  @Test func `shape D has groups of means, and groups of groups`() throws {
    let info = try read(#"{"x": {"means": {"test": {"acc_mean": 0.5, "by_class": {"cat": 1}}, "loss": 3}}}"#)
    #expect(info["x"]?.metrics.map(\.name) == ["loss", "test.acc", "test.by_class.cat"])
  }

  @Test func `shape E has one number for each name`() throws {
    let info = try read(#"{"loss": {"means": 2.0, "stds": 0.1}, "acc": {"means": 1}}"#)
    #expect(info["loss"]?["loss"]?.standardDeviation == 0.1)
    #expect(info.datasets.map(\.name) == ["acc", "loss"])
  }

  @Test(arguments: [
    (#"{"d": {"means": {"loss": NaN}}}"#, "NaN"), (#"{"d": {"means": {"loss": -Infinity}}}"#, "Infinity"),
    (#"{"d": {"means": {"loss": 1e999}}}"#, "too large"), ("[]", "no named data sets"), ("{}", "no named data sets"),
    (#"{"d": {"means": {"loss": "2"}}}"#, "not a number"), (#"{"d": {"means": [1]}}"#, "not a set of numbers"),
    (#"{"d": 5}"#, "DATA SET"), (#"{"d": {"stderrs": {}}}"#, "no means"),
    (#"{"d": {"means": {}}}"#, "no means"), (#"{"d": {"means": {"loss": 1}}"#, "comma or the end"),
    (#"{"d": {"means": {"a": 1, "a": 2}}}"#, "stands twice"), ("", "ends too early"), ("{} x", "behind the value"),
    (#"{"d": {"means": 1, "stds": "x"}}"#, "stds"), ("\u{0}", "no JSON"),
  ])
  func `suspicious files are refused with a reason`(text: String, reason: String) throws {
    let error = #expect(throws: FinalInfo.Refusal.self) { try read(text) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func `a value that is not finite is named by data set, part, metric and item`() throws {
    let error = #expect(throws: FinalInfo.Refusal.self) {
      try read(#"{"toy": {"means": {"score": 1.0}, "final_info_dict": {"score": [1.5, NaN, 2]}}}"#)
    }
    #expect(
      error?.description
        == "final_info.json is not usable: “toy”, “final_info_dict”, “score”, item 2: NaN is not a finite number "
        + "(byte 69).")
  }

  @Test func `depth and size have limits`() throws {
    let deep = String(repeating: #"{"a":"#, count: 100) + "1" + String(repeating: "}", count: 100)
    #expect(try #require(throws: FinalInfo.Refusal.self) { try read(deep) }.description.contains("16 levels"))
    let large = [UInt8](repeating: 0x20, count: FinalInfo.limit + 1)
    #expect(
      try #require(throws: FinalInfo.Refusal.self) { try FinalInfo(parsing: large) }.description.contains("5 MB"))
  }

  @Test func `a mean that is not that of its seeds is noted`() throws {
    let info = try read(#"{"d": {"means": {"loss_mean": 9}, "final_info_dict": {"loss": [1, 2]}}}"#)
    #expect(info.notes.count == 1)
    let broken = try read(#"{"d": {"means": {"loss_mean": 1}, "final_info_dict": {"loss": [1, null]}}}"#)
    #expect(broken["d"]?["loss"]?.perSeed == nil && broken.notes.count == 1)
  }

  @Test func `names with escapes and other scripts are read`() throws {
    let info = try read(#"{"d\u00e9\ud83d\ude00\n": {"means": {"µ": 1}}}"#)
    #expect(info.datasets.first?.name == "dé😀\n")
  }
}
