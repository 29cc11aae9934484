import Digests
import FoundationEssentials
import Glibc
import Testing

@Suite(.serialized) final class FileDigestTests {
  let folder = FileManager.default.temporaryDirectory.path + "/digests-tests-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test(arguments: [0, 1, 1 << 20, (5 << 20) + 7])
  func `a file has the digest of its bytes`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = folder + "/file"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let (digest, byteCount) = try SHA256.digest(ofFile: path)
    #expect(digest == SHA256.digest(of: bytes))
    #expect(byteCount == Int64(count))
  }

  @Test func `a missing file, a folder and a pipe are refused by name`() throws {
    let pipe = folder + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [folder + "/missing", folder, pipe] {
      let error = #expect(throws: FileDigestError.self) { try SHA256.digest(ofFile: path) }
      #expect(error?.description.contains("\(path) cannot be read") == true)
    }
  }

  @Test func `a thousand files leave no descriptor open`() throws {
    let path = folder + "/file"
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    let open = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") }
    let before = try open().count
    for _ in 0..<1000 {
      _ = try SHA256.digest(ofFile: path)
      _ = try? SHA256.digest(ofFile: self.folder)
    }
    #expect(try open().count <= before + 20)
  }
}
