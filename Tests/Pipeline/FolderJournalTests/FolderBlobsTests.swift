import FolderJournal
import FoundationEssentials
import Glibc
import PaperModel
import ServiceTestSupport
import Testing

@Suite("Blobs on a folder", .timeLimit(.minutes(10)))
struct FolderBlobsTests {
  @Test func `a blob is read as it was written, also by another process`() async throws {
    try await withTemporaryFolder { folder in
      let blobs = try await FolderBlobs(folder: "\(folder)/new/data")
      let other = try await FolderBlobs(folder: "\(folder)/new/data")
      for bytes in [[], [0], Array(0...255), [UInt8](repeating: 9, count: 3_000_000)] {
        let reference = try await blobs.keep(bytes)
        #expect(reference.size == Int64(bytes.count))
        let read = try await other.bytes(of: reference)
        #expect(read == bytes)
      }
      let empty = try await blobs.keep([])
      #expect(empty.digest == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
  }

  @Test func `the same bytes are written once, by however many at once`() async throws {
    try await withTemporaryFolder { folder in
      let blobs = try await FolderBlobs(folder: folder)
      let references = try await withThrowingTaskGroup(of: BlobReference.self) { group in
        for _ in 0..<32 { group.addTask { try await blobs.keep(Array("the same".utf8)) } }
        return try await group.reduce(into: Set<BlobReference>()) { $0.insert($1) }
      }
      let reference = try #require(references.first)
      #expect(references.count == 1)
      let shelf = "\(folder)/blobs/\(reference.digest.prefix(2))"
      let names = try FileManager.default.contentsOfDirectory(atPath: shelf)
      #expect(names == [reference.digest], "a temporary file was left behind")
      var before = stat()
      try #require(stat("\(shelf)/\(reference.digest)", &before) == 0)
      _ = try await blobs.keep(Array("the same".utf8))
      var after = stat()
      try #require(stat("\(shelf)/\(reference.digest)", &after) == 0)
      #expect(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec)
    }
  }

  @Test(arguments: ["missing", "cut", "changed", "link"])
  func `a blob that is missing, cut, changed or no file is named`(how: String) async throws {
    try await withTemporaryFolder { folder in
      let blobs = try await FolderBlobs(folder: folder)
      let bytes = Array("numbers that a paper rests on".utf8)
      let reference = try await blobs.keep(bytes)
      let path = "\(folder)/blobs/\(reference.digest.prefix(2))/\(reference.digest)"
      switch how {
      case "missing": try #require(unlink(path) == 0)
      case "cut": try #require(truncate(path, 4) == 0)
      case "changed": try Data(bytes.reversed()).write(to: URL(fileURLWithPath: path))
      default:
        try #require(rename(path, "\(folder)/elsewhere") == 0)
        try #require(symlink("\(folder)/elsewhere", path) == 0)
      }
      let failure = await #expect(throws: Failure.self) { _ = try await blobs.bytes(of: reference) }
      #expect(failure?.message.contains(path) == true)
      #expect(failure?.description.hasSuffix(".") == true)
      if how == "cut" || how == "link" {
        await #expect(throws: Failure.self) { _ = try await blobs.keep(bytes) }
      }
    }
  }

  @Test func `a link in place of a folder is not followed`() async throws {
    try await withTemporaryFolder { folder in
      let blobs = try await FolderBlobs(folder: "\(folder)/data")
      let reference = try await blobs.keep([1, 2, 3])
      let shelf = "\(folder)/data/blobs/\(reference.digest.prefix(2))"
      try #require(rename(shelf, "\(folder)/elsewhere") == 0)
      try #require(symlink("\(folder)/elsewhere", shelf) == 0)
      await #expect(throws: Failure.self) { _ = try await blobs.bytes(of: reference) }
      await #expect(throws: Failure.self) { _ = try await blobs.keep([1, 2, 3]) }
    }
  }

  @Test func `a path that can't be a folder is named`() async throws {
    try await withTemporaryFolder { folder in
      try Data([1]).write(to: URL(fileURLWithPath: "\(folder)/file"))
      let failure = await #expect(throws: Failure.self) { _ = try await FolderBlobs(folder: "\(folder)/file/x") }
      #expect(failure?.message.contains("\(folder)/file") == true)
    }
  }

  @Test(.enabled(if: getuid() == 0, "mounting needs root"))
  func `a full disk is named and leaves nothing behind`() async throws {
    try await withTemporaryFolder { folder in
      guard mount("tmpfs", folder, "tmpfs", 0, "size=256k") == 0 else { return }
      defer { umount(folder) }
      let blobs = try await FolderBlobs(folder: folder)
      let failure = await #expect(throws: Failure.self) {
        _ = try await blobs.keep([UInt8](repeating: 1, count: 1_000_000))
      }
      // The machine's trouble, which counts against no item.
      #expect(failure?.kind == Failure.machineKind && failure?.retryability == .later(afterSeconds: 10))
      #expect(failure?.message.contains("space") == true)
      let small = try await blobs.keep([UInt8](repeating: 2, count: 100_000))
      let read = try await blobs.bytes(of: small)
      #expect(read.count == 100_000)
    }
  }
}
