import ChildProcesses
import Foundation
import Glibc
import Operations
import Projections
import Testing

/// Disks that are full or can't be written, and damaged files: a clear error that names the file, nothing lost, nothing
/// overwritten.
@Suite(.serialized)
struct BadGroundTests {
  private let template = "\(Binary.fixtures)/templates/tiny"

  @Test(.enabled(if: geteuid() == 0, "only root can mount a small file system"))
  func `a full disk is reported, and with room the work continues`() async throws {
    let shoal = try Binary(data: "full")
    try FileManager.default.createDirectory(atPath: shoal.data, withIntermediateDirectories: true)
    try #require(mount("tmpfs", shoal.data, "tmpfs", 0, "size=400k") == 0)
    defer {
      umount2(shoal.data, Int32(MNT_DETACH))
      shoal.remove()
    }
    let words = ["run", "--template", template, "--ideas", "1", "--name", "full"]
    let report = try await shoal.run(words, limit: .seconds(20))
    #expect(report.end != .exited(0))
    let said = report.output.text + report.errors.text
    #expect(said.contains(shoal.data) && said.lowercased().contains("space"), "\(said)")
    try #require(mount("tmpfs", shoal.data, "tmpfs", UInt(MS_REMOUNT), "size=200m") == 0)
    let second = try await shoal.run(["run"], limit: .seconds(120))
    // If not even the campaign could be written, it is submitted now.
    if second.end != .exited(0) { try await shoal.expect(0, words) }
    let found = try await Inspection(shoal.data)
    #expect(!found.campaigns.isEmpty && found.campaigns.allSatisfy { $0.isDone })
    found.checkMoney()
  }

  @Test func `a damaged database is named and left as it is`() async throws {
    let shoal = try Binary(data: "damaged")
    defer { shoal.remove() }
    try await shoal.expect(0, ["submit", "--template", template, "--ideas", "1"])
    let path = "\(shoal.data)/shoal.sqlite"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var damaged = whole
    damaged.replaceSubrange(0..<100, with: Data(repeating: 7, count: 100))
    for content in [damaged, whole.prefix(50)] {
      try content.write(to: URL(fileURLWithPath: path))
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
      for words in [["run"], ["status"], ["worker", "--until-idle"]] {
        let report = try await shoal.run(words, limit: .seconds(30))
        #expect(report.end == .exited(1), "\(words): \(report.end)")
        #expect(report.errors.text.contains(path), "\(report.errors.text)")
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    }
  }

  @Test func `a blob that was changed is named`() async throws {
    let shoal = try Binary(data: "blob")
    defer { shoal.remove() }
    try await shoal.expect(0, ["submit", "--template", template, "--ideas", "1", "--name", "blob"])
    let blobs = "\(shoal.data)/blobs"
    let files = try FileManager.default.subpathsOfDirectory(atPath: blobs).filter { $0.contains("/") }
    for file in files { try Data("changed".utf8).write(to: URL(fileURLWithPath: "\(blobs)/\(file)")) }
    let report = try await shoal.run(["run"], limit: .seconds(60))
    #expect(report.end == .exited(1))
    let said = report.output.text + report.errors.text
    #expect(files.contains { said.contains("\(blobs)/\($0)") }, "\(said)")
  }
}
