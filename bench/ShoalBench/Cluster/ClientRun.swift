import CPlainKafka
import FoundationEssentials
import Glibc
import Kafka

/// One run of a client in a process of its own; Shoal's and plain C do the same work with the same settings.
struct ClientRun {
  enum Client: String {
    /// Shoal's.
    case ours
    /// C on librdkafka, `bench/kafka/plain_kafka.c`.
    case plain
  }
  /// The work of a run.
  enum Work: String {
    /// Writes records into partition 0; the figure is the seconds until all are acknowledged.
    case produce
    /// Reads them as the only member of a group; the figure is the seconds from the first to the last.
    case consume
    /// Sends at a fixed pace and receives; a figure for each record after the warm-up.
    case handoff
  }

  var client: Client
  var work: Work
  var broker: String
  var topic: String
  var count: Int
  var size: Int

  /// The arguments with which this program becomes the run; the figures go to a file.
  func words(_ program: String, _ output: String) -> [String] {
    [program, "--client", client.rawValue, work.rawValue, broker, topic, "\(count)", "\(size)", output]
  }

  /// The run, in this process.
  static func run(_ words: [String]) async throws {
    guard let client = Client(rawValue: words[2]), let work = Work(rawValue: words[3]), let count = Int32(words[6]),
      let size = Int32(words[7]), count > 0, size >= 8
    else { throw Children.Problem(description: "a client's run can't be read from \(words.joined(separator: " "))") }
    switch client {
    case .plain:
      guard plain_kafka(words[3], words[4], words[5], count, size, words[8]) == 0 else {
        throw Children.Problem(description: "plain C failed")
      }
    case .ours:
      let own = OwnClientRun(broker: words[4], topic: words[5], count: Int(count), size: Int(size))
      let figures =
        switch work {
        case .produce: try await own.produce()
        case .consume: try await own.consume()
        case .handoff: try await own.handoff()
        }
      try figures.map { "\($0)\n" }.joined().write(toFile: words[8], atomically: true, encoding: .utf8)
    }
  }
}
