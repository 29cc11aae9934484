/// The name of a stream: anything with a journal. Written `kind/name`, e.g. `paper/grokking-4f2a.1`.
public struct StreamID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    case campaign, paper, run
  }

  public let kind: Kind
  /// The name, unique among streams of its kind: lower-case letters, digits, `-` and `.`.
  public let name: String

  /// A stream of a kind; nil if the name is not 1 to 120 of `a-z 0-9 - .` beginning with a letter or digit.
  public init?(_ kind: Kind, _ name: String) {
    guard Self.isName(name) else { return nil }
    self.kind = kind
    self.name = name
  }

  /// Parses `kind/name`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
    self.init(kind, String(parts[1]))
  }

  public var description: String { "\(kind.rawValue)/\(name)" }

  /// Ordered by kind, then name.
  public static func < (left: StreamID, right: StreamID) -> Bool { left.description < right.description }

  /// Whether a text is a valid stream name. Names become folder names, so the alphabet is narrow.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 120 else { return false }
    let isLetterOrDigit = { (byte: UInt8) in (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) }
    return isLetterOrDigit(first) && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2d || $0 == 0x2e }
  }
}

extension StreamID: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let stream = StreamID(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "“\(text)” names no stream"))
    }
    self = stream
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension StreamID {
  /// The stream of a campaign's paper, numbered from 1.
  public func paper(_ ordinal: Int) -> StreamID {
    precondition(kind == .campaign && ordinal > 0)
    return StreamID(.paper, "\(name).\(ordinal)")!
  }

  /// The stream of a run that this stream asks for, identified by the visit that asks and the ordinal within it.
  public func run(visit: Int, ordinal: Int) -> StreamID {
    precondition(kind != .run && visit > 0 && ordinal >= 0)
    return StreamID(.run, "\(name).v\(visit)r\(ordinal)")!
  }
}

/// A worker's name: one lifetime of one process. A process that restarts is another worker.
public struct WorkerID: Hashable, Sendable, CustomStringConvertible, Codable {
  public let name: String
  /// A worker with a name that no other worker ever had.
  public init(_ name: String) { self.name = name }
  public var description: String { name }

  /// A new name for a process that submits campaigns. It sends heartbeats, but takes no work. No worker may be named
  /// so.
  public static func submitter() -> WorkerID {
    WorkerID("\(submitterPrefix)\(String(UInt32.random(in: 0 ... .max), radix: 36))")
  }
  public var isSubmitter: Bool { name.hasPrefix(Self.submitterPrefix) }
  private static let submitterPrefix = "submit:"
}

/// The identity of a step: stream (whose journal has it), stage, visit, its name and ordinal within the visit, and the
/// digest of the request. The same request at the same place is the same step.
public struct StepID: Hashable, Sendable, CustomStringConvertible {
  public let stage: Stage
  /// The visit of the stage, from 1.
  public let visit: Int
  /// The name of the step, e.g. `sandbox.plot`.
  public let name: String
  /// The number of earlier steps in the visit with this name and this request. Journals before 0.1.0 count those of the
  /// name alone.
  public let ordinal: Int
  /// The digest of the request, 64 hexadecimal digits.
  public let requestDigest: String

  public init(stage: Stage, visit: Int, name: String, ordinal: Int, requestDigest: String) {
    self.stage = stage
    self.visit = visit
    self.name = name
    self.ordinal = ordinal
    self.requestDigest = requestDigest
  }

  /// The first part of the name, e.g. `sandbox`: the provider that executes the step, and knows its cost.
  public var provider: String { String(name.prefix { $0 != "." }) }

  /// `stage.visit.name.ordinal.digest`, the digest cut to 12 digits.
  public var description: String { "\(stage.rawValue).\(visit).\(name).\(ordinal).\(requestDigest.prefix(12))" }
}
