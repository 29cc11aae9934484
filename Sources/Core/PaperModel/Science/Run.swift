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
  public var prices: Prices
  /// The node of a tree of experiments that the run belongs to; nil if the experimenter keeps no tree. At later visits
  /// it says what the run was for.
  public var node: ExperimentNode?

  public init(
    label: String, code: FileTree, outputFolder: String, scale: CampaignDefinition.Scale, timeLimitSeconds: Int,
    prices: Prices, node: ExperimentNode? = nil
  ) {
    self.label = label
    self.code = code
    self.outputFolder = outputFolder
    self.scale = scale
    self.timeLimitSeconds = timeLimitSeconds
    self.prices = prices
    self.node = node
  }
}

/// A node of a tree of experiments: one version of the code. Several runs may belong to it, e.g. one for each seed.
public struct ExperimentNode: Codable, Hashable, Sendable {
  /// Counted from 0 within a paper, in the order in which the experimenter asked for them.
  public var number: Int
  /// The number of the node whose code this one edits; nil for a root.
  public var parent: Int?

  public init(number: Int, parent: Int?) {
    self.number = number
    self.parent = parent
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
  /// The limit at which it was stopped; nil for none, and in the results of older versions.
  public var limit: ProgramLimit?

  public init(
    label: String, folder: String, files: FileTree, code: FileTree, outputTail: String, findings: [String],
    problem: String?, limit: ProgramLimit? = nil
  ) {
    self.label = label
    self.folder = folder
    self.files = files
    self.code = code
    self.outputTail = outputTail
    self.findings = findings
    self.problem = problem
    self.limit = limit
  }
}
