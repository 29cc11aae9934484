public import PaperModel

/// A topic, by its name without a prefix: `work.<stage>`, `work.run.cpu`, `retry.<tier>`, `dead.<stage>`.
public struct Topic: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name.
  public let name: String

  /// A topic by its name.
  public init(name: String) {
    precondition(!name.isEmpty && name.utf8.count <= 200)
    self.name = name
  }

  /// Where items of a stage wait; runs wait by kind of device.
  public static func work(_ stage: Stage, _ device: DeviceKind = .cpu) -> Topic {
    Topic(name: stage == .run ? "work.run.\(device.rawValue)" : "work.\(stage.rawValue)")
  }

  /// Where messages wait for a while.
  public static func retry(_ tier: RetryTier) -> Topic { Topic(name: "retry.\(tier.rawValue)") }

  /// Where a topic's dead letters lie: `dead.<stage>`.
  public var deadLetters: Topic {
    let stage = name.split(separator: ".").dropFirst().first.map(String.init) ?? name
    return Topic(name: "dead.\(stage)")
  }

  /// All work topics.
  public static let allWork: [Topic] =
    Stage.allCases.filter { $0 != .run }.map { .work($0) } + DeviceKind.allCases.map { .work(.run, $0) }

  /// All dead-letter topics, each once.
  public static let allDead: [Topic] = Stage.allCases.map { Topic(name: "dead.\($0.rawValue)") }

  /// The name.
  public var description: String { name }

  /// By name.
  public static func < (left: Topic, right: Topic) -> Bool { left.name < right.name }
}

/// How long a message waits before it is delivered again. A fixed delay for each topic keeps each topic in order.
public enum RetryTier: String, Sendable, CaseIterable {
  case tenSeconds = "10s"
  case oneMinute = "1m"
  case tenMinutes = "10m"
  case oneHour = "1h"

  /// The delay.
  public var seconds: Int {
    switch self {
    case .tenSeconds: 10
    case .oneMinute: 60
    case .tenMinutes: 600
    case .oneHour: 3600
    }
  }

  /// The first tier that waits at least so long; the longest where none does.
  public static func covering(seconds: Int) -> RetryTier {
    allCases.first { $0.seconds >= seconds } ?? .oneHour
  }
}
