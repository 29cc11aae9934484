import ChildProcesses
import Foundation
import Testing

/// Passwords and keys appear nowhere: not in what commands print, and not in what they write.
@Suite struct SecretTests {
  private static let lines = [
    "topics create", "topics describe", "topics describe --json", "submit --template grokking --ideas 1", "status",
    "status --json", "top --once", "top --once --json", "costs", "logs", "dead list", "dead list --json",
    "pause nobody", "recover", "worker --until-idle", "run", "replay --topic work.design --since 1h",
  ]

  @Test func `a secret is in no output and in no file, whatever goes wrong`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-secret-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: "\(folder)/store", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let marks = (0..<3).map { "swordfish\($0)x\(UInt64.random(in: 0 ... .max))" }
    var text = ""
    // A port that nobody listens on: what goes wrong is what talks most.
    for store in ["\(folder)/store", "s3://bucket/prefix"] {
      for mechanism in ["PLAIN", "SCRAM-SHA-256"] {
        var machine = try Machine("\(folder)/local", brokers: ["127.0.0.1:1"], store: store)
        machine.environment = [
          "SHOAL_KAFKA_SASL_MECHANISM": mechanism, "SHOAL_KAFKA_USERNAME": "somebody", "SHOAL_KAFKA_PASSWORD": marks[0],
          "SHOAL_KAFKA_SECURITY_PROTOCOL": "sasl-plaintext", "SHOAL_S3_ENDPOINT": "http://127.0.0.1:1",
          "AWS_ACCESS_KEY_ID": marks[1], "AWS_SECRET_ACCESS_KEY": marks[2], "HOME": folder,
        ]
        let (run, isShort) = (machine, mechanism != "PLAIN" || store.hasPrefix("s3:"))
        try await withThrowingTaskGroup(of: String.self) { group in
          for line in isShort ? Array(Self.lines.prefix(4)) : Self.lines {
            group.addTask {
              let report = try await run.run(line.split(separator: " ").map(String.init), limit: .seconds(50))
              return "\(line): \(report.end)\n\(report.output.text)\(report.errors.text)\n"
            }
          }
          for try await said in group { text += said }
        }
      }
    }
    #expect(text.contains("127.0.0.1:1"), "what is in the way is named: \(text)")
    for mark in marks { #expect(!text.contains(mark), "\(text)") }
    let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
    for file in files {
      guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") else { continue }
      for mark in marks { #expect(bytes.range(of: Data(mark.utf8)) == nil, "\(file)") }
    }
  }
}
