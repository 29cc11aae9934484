/// One execution of experiment code.
public struct RunRequest: Codable, Hashable, Sendable {
  /// What the run is for, e.g. `weight_decay = 0.3`.
  public var label: String
  /// The code: all files of the job folder, `experiment.py` among them.
  public var code: FileTree
  /// The folder that the experiment writes its results to, e.g. `run_1`.
  public var outputFolder: String
  /// How much is computed.
  public var scale: CampaignDefinition.Scale
  /// The longest that it may take, in seconds.
  public var timeLimitSeconds: Int
  /// What its device costs.
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

/// What a run left behind. An experiment that failed is a result too; `problem` says why.
public struct RunResult: Codable, Hashable, Sendable {
  /// What the run was for.
  public var label: String
  /// The folder that it wrote to, e.g. `run_1`.
  public var folder: String
  /// The files of that folder, by their paths within it.
  public var files: FileTree
  /// The code that ran.
  public var code: FileTree
  /// The last of what it printed, both streams, at most 16 KiB.
  public var outputTail: String
  /// What was refused among its files, a sentence each.
  public var findings: [String]
  /// Why it has no usable result; nil where it has one.
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

/// What the design stage came to: the baseline run again and the settings, in the order of their folders.
public struct ExperimentRecord: Codable, Hashable, Sendable {
  /// One run and the value that it was for.
  public struct Entry: Codable, Hashable, Sendable {
    /// The value as Python writes it; nil for the baseline.
    public var value: String?
    public var run: StreamID
    /// What came out.
    public var result: RunResult

    public init(value: String?, run: StreamID, result: RunResult) {
      self.value = value
      self.run = run
      self.result = result
    }
  }

  /// The runs; the baseline first.
  public var entries: [Entry]
  /// Notes for a person, Markdown.
  public var notes: String

  public init(entries: [Entry], notes: String) {
    self.entries = entries
    self.notes = notes
  }
}
