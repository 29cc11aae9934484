public import PaperModel

/// A topic, by its name without a prefix: `work.<stage>`, `work.run.cpu`, `retry.<tier>`, `dead.<stage>`.
public struct Topic: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let name: String

  public init(name: String) {
    precondition(!name.isEmpty && name.utf8.count <= 200)
    self.name = name
  }

  /// The topic of a stage's work items; runs have one topic for each device kind.
  public static func work(_ stage: Stage, _ device: DeviceKind = .cpu) -> Topic {
    Topic(name: stage == .run ? "work.run.\(device.rawValue)" : "work.\(stage.rawValue)")
  }

  /// The topic of messages that wait for a tier's delay.
  public static func retry(_ tier: RetryTier) -> Topic { Topic(name: "retry.\(tier.rawValue)") }

  /// The topic of a topic's dead letters: `dead.<stage>`.
  public var deadLetters: Topic {
    let stage = name.split(separator: ".").dropFirst().first.map(String.init) ?? name
    return Topic(name: "dead.\(stage)")
  }

  public static let allWork: [Topic] =
    Stage.allCases.filter { $0 != .run }.map { .work($0) } + DeviceKind.allCases.map { .work(.run, $0) }

  /// All dead-letter topics, each once.
  public static let allDead: [Topic] = Stage.allCases.map { Topic(name: "dead.\($0.rawValue)") }

  public var description: String { name }

  public static func < (left: Topic, right: Topic) -> Bool { left.name < right.name }
}

/// The delay before a message is delivered again. One fixed delay for each topic keeps each topic in order.
public enum RetryTier: String, Sendable, CaseIterable {
  case tenSeconds = "10s"
  case oneMinute = "1m"
  case tenMinutes = "10m"
  case oneHour = "1h"

  public var seconds: Int {
    switch self {
    case .tenSeconds: 10
    case .oneMinute: 60
    case .tenMinutes: 600
    case .oneHour: 3600
    }
  }

  /// The first tier that waits at least that long; the longest if none does.
  public static func covering(seconds: Int) -> RetryTier {
    allCases.first { $0.seconds >= seconds } ?? .oneHour
  }
}
