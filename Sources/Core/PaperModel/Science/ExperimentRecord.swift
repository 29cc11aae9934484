/// The result of the design stage: the runs that a paper rests on, in the order of their folders.
public struct ExperimentRecord: Codable, Hashable, Sendable {
  /// One run and what it changed.
  public struct Entry: Hashable, Sendable {
    public var change: Change
    public var run: StreamID
    public var result: RunResult

    public init(change: Change, run: StreamID, result: RunResult) {
      self.change = change
      self.run = run
      self.result = result
    }
  }

  /// What sets the code of a run apart.
  public enum Change: Hashable, Sendable {
    /// Nothing: it is the template's.
    case baseline
    /// One setting of the template has another value, as Python writes it. The name is nil in records that were written
    /// before they named the setting.
    case setting(String?, value: String)
    /// It is the code of another run of the record's paper, edited.
    /// - Parameter patch: a unified diff in the blob store.
    case edit(of: StreamID, patch: BlobReference)

    /// The value of the changed setting; nil for other changes.
    public var value: String? { if case .setting(_, let value) = self { value } else { nil } }
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

extension ExperimentRecord.Entry: Codable {
  private struct Edit: Codable {
    let parent: StreamID
    let patch: BlobReference
  }

  private enum CodingKeys: String, CodingKey { case setting, value, edit, run, result }

  /// Reads an entry. One with neither `edit` nor `value` is the baseline, as in records from before there were edits.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    run = try container.decode(StreamID.self, forKey: .run)
    result = try container.decode(RunResult.self, forKey: .result)
    if let edit = try container.decodeIfPresent(Edit.self, forKey: .edit) {
      change = .edit(of: edit.parent, patch: edit.patch)
    } else if let value = try container.decodeIfPresent(String.self, forKey: .value) {
      change = .setting(try container.decodeIfPresent(String.self, forKey: .setting), value: value)
    } else {
      change = .baseline
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(run, forKey: .run)
    try container.encode(result, forKey: .result)
    switch change {
    case .baseline: break
    case .setting(let name, let value):
      try container.encodeIfPresent(name, forKey: .setting)
      try container.encode(value, forKey: .value)
    case .edit(let parent, let patch): try container.encode(Edit(parent: parent, patch: patch), forKey: .edit)
    }
  }
}
