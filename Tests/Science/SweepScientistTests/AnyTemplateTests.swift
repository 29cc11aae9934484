import ExperimentTemplates
import GeneratorTestSupport
import PaperModel
import Roles
import ScienceTestSupport
import SweepScientist
import Synchronization
import Testing

/// What `shoal template check` passes can be written up, whatever names, texts and numbers the template and its results
/// have. Few templates are really typeset, because that takes seconds.
@Suite struct AnyTemplateTests {
  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func `a template that passes the check becomes LaTeX source`(seed: UInt64) async throws {
    let runner = WritingRunner(typesets: false)
    let failure = await #expect(throws: Failure.self) { try await write(seed, by: runner) }
    #expect(failure?.kind == WritingRunner.stop.kind && runner.hasSource, "\(failure.map { "\($0)" } ?? "")")
  }

  @Test(arguments: [101, 102, 103] as [UInt64])
  func `a template that passes the check becomes a paper`(seed: UInt64) async throws {
    let manuscript = try #require(try await write(seed, by: WritingRunner(typesets: true)))
    #expect(manuscript.layout.pages >= 3)
  }

  /// Writes a paper on the first template of a seed that passes the check.
  private func write(_ seed: UInt64, by runner: WritingRunner) async throws -> Manuscript? {
    var random = SeededGenerator(seed: seed)
    let surroundings = MemorySurroundings()
    for _ in 0..<20 {
      let template = RandomTemplate(by: &random)
      let findings = try await TemplateCheck.check(
        template.contents, by: PythonSettings(runner: runner, prices: .standard), findsMissing: false,
        with: surroundings)
      guard !findings.contains(where: { $0.severity == .error }) else { continue }
      return try await write(template, by: runner, &random, with: surroundings)
    }
    Issue.record("no template of seed \(seed) passes the check")
    return nil
  }

  private func write(
    _ template: RandomTemplate, by runner: WritingRunner, _ random: inout SeededGenerator,
    with surroundings: MemorySurroundings
  ) async throws -> Manuscript {
    let scientist = SweepScientist.make(runner: runner)
    let campaign = CampaignDefinition(
      name: "test", template: try await template.contents.keep(in: surroundings), ideas: 1,
      scientist: SweepScientist.name, timeLimitSeconds: 300, budget: Money(dollars: "10")!)
    func result(_ folder: String, _ info: String) async throws -> RunResult {
      let blob = try await surroundings.keep(Array(info.utf8))
      return RunResult(
        label: folder, folder: folder, files: FileTree([.init(path: "final_info.json", blob: blob)]),
        code: campaign.template.files, outputTail: "", findings: [], problem: nil)
    }
    let baseline = try await result("run_0", try template.results(by: &random))
    let ideas = try await scientist.ideator.propose(
      50, for: campaign, baseline: baseline, seen: [], with: surroundings)
    var idea = random.pick(ideas)
    if random.below(2) == 0 { idea.title = AnyText.line(by: &random, most: 12) }
    let study = try #require(idea.study)
    let paper = PaperDefinition(campaign: campaign, ordinal: 1, idea: idea, baseline: baseline)
    let stream = StreamID("paper/test.1")!
    var entries = [ExperimentRecord.Entry(change: .baseline, run: stream.run(visit: 1, ordinal: 0), result: baseline)]
    for (index, value) in study.values.enumerated() {
      var measured = try await result("run_\(index + 1)", try template.results(by: &random))
      if index > 0, random.below(4) == 0 { measured.problem = AnyText.line(by: &random, most: 30) }
      entries.append(
        .init(
          change: .setting(study.setting, value: value), run: stream.run(visit: 1, ordinal: index + 1),
          result: measured))
    }
    let record = ExperimentRecord(entries: entries, notes: "")
    let figures = try await scientist.plotter.draw(paper, record, with: surroundings)
    return try await scientist.author.write(
      PaperMaterial(
        paper: paper, stream: stream, novelty: NoveltyVerdict(isNovel: true, reason: "New.", comparedWith: []),
        record: record, figures: figures, cost: Money(nanodollars: random.number(bits: 60))), with: surroundings)
  }
}

/// A template whose names, texts and results are drawn by lot.
private struct RandomTemplate {
  let contents: TemplateContents
  private let dataset: String
  private let metrics: [String]
  private let seeds: Int
  private let isPerSeed: Bool

  private static let names = [
    "rate", "lr", "weight_decay", "λ_2", "学習率", "x", "_", "__hidden__", "MAX_ITERS", "a1b2", "ſ", "é", "n2d", "dropout",
    "a_very_long_name_of_a_setting_that_goes_on_and_on_for_eighty_letters_and_not_more_", "momentum_0", "İx", "π",
  ]
  private static let values = [
    "0.1", "1e-300", "1e300", "3", "0", "-7", "12345678901234567890123", "True", "1_000", "0x1F", "0.1 ", "1e-9",
    "-0.0", ".5", "5.", "2.5e+10",
  ]
  private static let sizes = [1, 1e-300, 1e-9, 1e-3, 37, 1e6, 1e15, 1e300, 0]

  init(by random: inout SeededGenerator) {
    var names = Set<String>()
    for _ in 0...random.below(4) {
      names.insert(random.pick(Self.names) + (random.below(3) == 0 ? "\(random.below(100))" : ""))
    }
    var lines = ["# out_dir final_info.json"]
    for name in names.sorted() {
      let choices = random.below(3) == 0 ? "one of: a, b, \(AnyText.line(by: &random))" : ""
      let value = choices.isEmpty ? random.pick(Self.values) : "'a'"
      lines.append("\(name) = \(value)  # \(AnyText.line(by: &random, most: 40)) \(choices)")
    }
    var metrics: [String] = []
    for _ in 0..<(random.below(10) == 0 ? 60 : 1 + random.below(4)) {
      let name = AnyText.line(by: &random, most: 4)
      if !metrics.contains(name), !name.hasSuffix("_mean") { metrics.append(name) }
    }
    let entries = metrics.map { name in
      let words = random.below(8) == 0 ? "" : AnyText.line(by: &random, most: 12)
      let better = random.pick(["'lower'", "'higher'"])
      let unit = Self.python(random.pick(["", "share", "%", "s", AnyText.line(by: &random)]))
      return "    \(Self.python(name)): {\"words\": \(Self.python(words)), \"better\": \(better), \"unit\": \(unit)},"
    }
    // A template may leave its metrics to be found in its results.
    if random.below(6) > 0 { lines += ["metrics = {"] + entries + ["}"] }
    contents = TemplateContents(
      name: random.pick(["plain", "123", "my template", "λ", AnyText.line(by: &random)]),
      files: ["experiment.py": Array((lines.joined(separator: "\n") + "\n").utf8)])
    self.metrics = metrics
    dataset = random.pick(["data", AnyText.line(by: &random)])
    seeds = random.pick([1, 2, 3, 5, 40])
    isPerSeed = random.below(3) > 0
  }

  /// A `final_info.json` of one run.
  func results(by random: inout SeededGenerator) throws -> String {
    var means: [String: Double] = [:]
    var perSeed: [String: [Double]] = [:]
    for metric in metrics {
      let size = random.pick(Self.sizes)
      let values = (0..<seeds).map { _ in size * Double.random(in: -1...1, using: &random) }
      perSeed[metric] = values
      means[metric] = values[0]
    }
    var content = ["means": try Self.json(means)]
    if isPerSeed { content["final_info_dict"] = try Self.json(perSeed) }
    let parts = content.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
    return "{\(try Self.json(dataset)): {\(parts.joined(separator: ", "))}}"
  }

  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
  }

  /// A text as Python writes it.
  private static func python(_ text: String) -> String {
    let escapes = text.unicodeScalars.map { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
    return "\"\(escapes.joined())\""
  }
}

/// Runs what reads templates, pretends that it drew figures, and typesets only if the test wants that.
private final class WritingRunner: ProgramRunner {
  /// What a compilation ends with if nothing is typeset.
  static let stop = Failure(kind: "notTypeset", "The source is whole; this test does not typeset it.")

  private let typesets: Bool
  private let plain = PlainRunner()
  private let found = Mutex(false)

  init(typesets: Bool) { self.typesets = typesets }

  /// Whether there was a source to typeset.
  var hasSource: Bool { found.withLock { $0 } }

  func run(
    _ program: ContainedProgram, for attempt: StepAttempt, prices: Prices, blobs: any BlobStore
  ) async throws -> Settled<ProgramOutcome> {
    if typesets { return try await plain.run(program, for: attempt, prices: prices, blobs: blobs) }
    switch program.command.first {
    case "settings.py": return try await plain.run(program, for: attempt, prices: prices, blobs: blobs)
    case "figures.py":
      let picture = try await blobs.keep(Array("picture".utf8))
      let panels = try await blobs.keep(Array("{\"panels\": [\"loss\"], \"leftOut\": []}".utf8))
      let files = FileTree([
        .init(path: "effect.pdf", blob: picture), .init(path: "curves.pdf", blob: picture),
        .init(path: "drawn.json", blob: panels),
      ])
      return Settled(
        ProgramOutcome(exitStatus: 0, stopped: nil, output: "", errors: "", files: files, findings: []), charge: .none)
    default:
      if let source = program.files["paper.tex"] {
        let isWhole = try await !blobs.bytes(of: source).isEmpty
        found.withLock { $0 = isWhole }
      }
      throw Self.stop
    }
  }
}
