import ChildProcesses
import Foundation
import ServiceTestSupport
import Testing

/// Passwords and keys appear nowhere: not in the output of commands, and not in their files.
@Suite struct SecretTests {
  private static let lines = [
    "topics create", "topics describe", "topics describe --json", "submit --template grokking --ideas 1", "status",
    "status --json", "top --once", "top --once --json", "costs", "logs", "dead list", "dead list --json",
    "pause nobody", "recover", "recover --create-topics", "worker --until-idle", "run",
    "replay --topic work.design --since 1h",
  ]

  @Test func `a secret is in no output and in no file, whatever goes wrong`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-secret-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: "\(folder)/store", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let marks = (0..<3).map { "swordfish\($0)x\(UInt64.random(in: 0 ... .max))" }
    // A port without a listener: errors print the most.
    var runs: [(Machine, String)] = []
    for store in ["\(folder)/store", "s3://bucket/prefix"] {
      for mechanism in ["PLAIN", "SCRAM-SHA-256"] {
        var machine = try Machine("\(folder)/local", brokers: ["127.0.0.1:1"], store: store)
        machine.environment = [
          "SHOAL_KAFKA_SASL_MECHANISM": mechanism, "SHOAL_KAFKA_USERNAME": "somebody", "SHOAL_KAFKA_PASSWORD": marks[0],
          "SHOAL_KAFKA_SECURITY_PROTOCOL": "sasl-plaintext", "SHOAL_S3_ENDPOINT": "http://127.0.0.1:1",
          "AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": marks[1], "AWS_SESSION_TOKEN": marks[2],
          "HOME": folder,
        ]
        let isWhole = mechanism == "PLAIN" && store.hasPrefix("/")
        runs += (isWhole ? Self.lines : Array(Self.lines.prefix(4))).map { (machine, $0) }
      }
    }
    let text = try await withThrowingTaskGroup(of: String.self) { group in
      for (machine, line) in runs {
        group.addTask {
          let report = try await machine.run(line.split(separator: " ").map(String.init), limit: .seconds(50))
          return "\(line): \(report.end)\n\(report.output.text)\(report.errors.text)\n"
        }
      }
      return try await group.reduce("") { $0 + $1 }
    }
    #expect(text.contains("127.0.0.1:1"), "what is in the way is named: \(text)")
    for mark in marks { #expect(!text.contains(mark), "\(text)") }
    let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
    for file in files {
      guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") else { continue }
      for mark in marks { #expect(bytes.range(of: Data(mark.utf8)) == nil, "\(file)") }
    }
  }

  @Test(.enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)))
  func `a password is accepted, and a wrong one is refused in one sentence at once`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-login-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let kafka = try await SharedBroker.cluster()
    var machine = try Machine("\(folder)/local", brokers: kafka.secureBrokers, store: "\(folder)/store")
    machine.environment = [
      "SHOAL_KAFKA_TOPIC_PREFIX": SharedBroker.prefix(),
      "SHOAL_KAFKA_SASL_MECHANISM": "PLAIN", "SHOAL_KAFKA_USERNAME": kafka.user, "SHOAL_KAFKA_PASSWORD": kafka.password,
      "SHOAL_KAFKA_CA": kafka.authoritiesFile,
    ]
    try await machine.expect(0, ["topics", "create"])
    try await machine.expect(0, ["submit", "--template", Machine.template, "--ideas", "1", "--name", "behind"])
    let wrong = "swordfish\(UInt64.random(in: 0 ... .max))"
    machine.environment["SHOAL_KAFKA_PASSWORD"] = wrong
    for words in [["pause", "behind"], ["worker"], ["topics", "describe"]] {
      let report = try await machine.run(words, limit: .seconds(30))
      #expect(report.end == .exited(1), "\(words): \(report.end)")
      let said = report.errors.text + report.output.text
      #expect(said.split(separator: "\n").count == 1 && said.contains("password"), "\(said)")
      #expect(!said.contains(wrong))
    }
  }
}
