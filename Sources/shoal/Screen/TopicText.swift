import Kafka
import KafkaMessageLog

/// A topic as JSON.
struct TopicDocument: Codable {
  struct Finding: Codable {
    let weight: String
    let message: String
    let remedy: String
  }

  let name: String
  let isThere: Bool
  let partitions: Int?
  let replicas: Int?
  let messages: Int64?
  let waiting: Int64?
  let settings: [String: String]?
  let findings: [Finding]

  init(_ report: TopicReport) {
    name = report.plan.name
    isThere = report.found != nil
    partitions = report.found?.description.partitions.count
    replicas = report.found?.description.partitions.map(\.replicas.count).min()
    messages = report.messages
    waiting = report.waiting
    settings = report.found?.configuration?.filter { report.plan.configuration[$0.key] != nil }
    findings = report.findings.map { .init(weight: $0.weight.rawValue, message: $0.message, remedy: $0.remedy) }
  }
}

/// Topics as text.
enum TopicText {
  static func text(_ reports: [TopicReport]) -> String {
    var table = TextTable([
      .init(title: "TOPIC"), .init(title: "PARTITIONS", isNumber: true), .init(title: "REPLICAS", isNumber: true),
      .init(title: "MESSAGES", isNumber: true), .init(title: "WAITING", isNumber: true), .init(title: "STATE"),
    ])
    for report in reports {
      let document = TopicDocument(report)
      func shown(_ number: (some BinaryInteger)?) -> String { number.map { "\($0)" } ?? "-" }
      table.add([
        document.name, shown(document.partitions), shown(document.replicas), shown(document.messages),
        shown(document.waiting), report.findings.map(\.weight).max()?.rawValue ?? "ok",
      ])
    }
    var lines = [table.text(width: 10_000)]
    for finding in TopicFinding.grouped(reports.flatMap(\.findings)).sorted(by: { $1.weight < $0.weight }) {
      lines.append("\(finding.weight.rawValue): \(finding.message) \(finding.remedy)")
    }
    return lines.joined(separator: "\n")
  }
}
