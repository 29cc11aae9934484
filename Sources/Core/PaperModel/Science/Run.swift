/// One execution of experiment code.
public struct RunRequest: Codable, Hashable, Sendable {
  /// The purpose of the run, e.g. `weight_decay = 0.3`.
  public var label: String
  /// The code: all files of the job folder, `experiment.py` among them.
  public var code: FileTree
  /// The folder that the experiment writes its results to, e.g. `run_1`.
  public var outputFolder: String
  /// How much the experiment computes.
  public var scale: CampaignDefinition.Scale
  /// The longest that it may take, in seconds.
  public var timeLimitSeconds: Int
  /// The prices of its device.
  public var prices: DevicePrices

  public init(
    label: String, code: FileTree, outputFolder: String, scale: CampaignDefinition.Scale, timeLimitSeconds: Int,
    prices: DevicePrices
  ) {
    self.label = label
    self.code = code
    self.outputFolder = outputFolder
    self.scale = scale
    self.timeLimitSeconds = timeLimitSeconds
    self.prices = prices
  }
}

/// The results of a run. A failed experiment has a result too; `problem` says why it failed.
public struct RunResult: Codable, Hashable, Sendable {
  /// The purpose of the run.
  public var label: String
  /// The folder that it wrote to, e.g. `run_1`.
  public var folder: String
  /// The files of that folder, by their paths within it.
  public var files: FileTree
  /// The code that ran.
  public var code: FileTree
  /// The end of its output, both streams, at most 16 KiB.
  public var outputTail: String
  /// Files that were refused, a sentence each.
  public var findings: [String]
  /// Why it has no usable result; nil if it has one.
  public var problem: String?

  public init(
    label: String, folder: String, files: FileTree, code: FileTree, outputTail: String, findings: [String],
    problem: String?
  ) {
    self.label = label
    self.folder = folder
    self.files = files
    self.code = code
    self.outputTail = outputTail
    self.findings = findings
    self.problem = problem
  }
}

/// The result of the design stage: the runs of the baseline and the settings, in the order of their folders.
public struct ExperimentRecord: Codable, Hashable, Sendable {
  /// One run and its value of the setting.
  public struct Entry: Codable, Hashable, Sendable {
    /// The value as Python writes it; nil for the baseline.
    public var value: String?
    public var run: StreamID
    public var result: RunResult

    public init(value: String?, run: StreamID, result: RunResult) {
      self.value = value
      self.run = run
      self.result = result
    }
  }

  /// The runs; the baseline first.
  public var entries: [Entry]
  /// Notes for readers, Markdown.
  public var notes: String

  public init(entries: [Entry], notes: String) {
    self.entries = entries
    self.notes = notes
  }
}
