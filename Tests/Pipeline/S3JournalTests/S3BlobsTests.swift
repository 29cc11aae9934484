import PaperModel
import ServiceTestSupport
import Testing

@testable import S3Journal

@Suite("Blobs and baselines in a bucket", .timeLimit(.minutes(10)), .enabled(if: SeaweedFS.isInstalled, noServer))
struct S3BlobsTests {
  @Test func `a blob is read as it was written, also by another process`() async throws {
    try await withStore { store, server in
      let other = try await S3Store.open(store.location, credentials: server.credentials)
      for bytes in [[], [0], Array(0...255), [UInt8](repeating: 9, count: 20_000_000)] {
        let reference = try await store.blobs.keep(bytes)
        #expect(reference.size == Int64(bytes.count))
        let read = try await other.blobs.bytes(of: reference)
        #expect(read == bytes)
      }
      let empty = try await store.blobs.keep([])
      #expect(empty.digest == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
      await other.close()
    }
  }

  @Test(arguments: [8, 1 << 20])
  func `the same bytes are written once, by however many at once`(count: Int) async throws {
    try await withStore { store, _ in
      let bytes = [UInt8](repeating: 7, count: count)
      let references = try await withThrowingTaskGroup(of: BlobReference.self) { group in
        for _ in 0..<16 { group.addTask { try await store.blobs.keep(bytes) } }
        return try await group.reduce(into: Set<BlobReference>()) { $0.insert($1) }
      }
      let reference = try #require(references.first)
      #expect(references.count == 1)
      let key = store.location.key("blobs/\(reference.digest.prefix(2))/\(reference.digest)")
      let writer = try await store.bucket.info(of: key)?.writer
      _ = try await store.blobs.keep(bytes)
      let later = try await store.bucket.info(of: key)?.writer
      #expect(writer != nil && writer == later)
    }
  }

  @Test(arguments: ["missing", "cut", "changed"])
  func `a blob that is missing, cut or changed is named`(how: String) async throws {
    try await withStore { store, _ in
      let bytes = Array("numbers that a paper rests on".utf8)
      let reference = try await store.blobs.keep(bytes)
      let key = store.location.key("blobs/\(reference.digest.prefix(2))/\(reference.digest)")
      switch how {
      case "missing": try await store.bucket.remove(key)
      case "cut": try await store.bucket.put(key, Array(bytes.prefix(4)))
      default: try await store.bucket.put(key, bytes.reversed())
      }
      let failure = await #expect(throws: Failure.self) { _ = try await store.blobs.bytes(of: reference) }
      #expect(failure?.message.contains(key) == true)
      #expect(failure?.description.hasSuffix(".") == true)
      if how == "cut" { await #expect(throws: Failure.self) { _ = try await store.blobs.keep(bytes) } }
    }
  }

  @Test func `a part of an object can be read`() async throws {
    try await withStore { store, _ in
      let key = store.location.key("part")
      try await store.bucket.put(key, Array(0...99))
      let part = try await store.bucket.get(key, range: 10...19, atMost: 100)
      #expect(part == Array(10...19))
      await #expect(throws: S3Error.self) { try await store.bucket.get(key, atMost: 99) }
    }
  }

  @Test func `the first baseline of a key is kept, and a damaged one is named`() async throws {
    try await withStore { store, _ in
      let one = try await store.blobs.keep([1])
      let two = try await store.blobs.keep([2])
      #expect(try await store.shelf.baseline("k") == nil)
      let kept = try await store.shelf.keep(one, under: "k")
      let again = try await store.shelf.keep(two, under: "k")
      let read = try await store.shelf.baseline("k")
      #expect(kept == one && again == one && read == one)
      let key = store.location.key("baselines/k")
      try await store.bucket.put(key, Array("nothing".utf8))
      let failure = await #expect(throws: Failure.self) { try await store.shelf.baseline("k") }
      #expect(failure?.message.contains(key) == true)
    }
  }

  @Test func `awkward keys are read as they were written`() async throws {
    try await withStore { store, _ in
      for name in ["sp ace", "plus+", "per%20cent", "co:lon", "q?#&=", "ümläut 中文", "!'()*~", "a=b;c,d@$"] {
        let key = store.location.key("awkward/\(name)")
        try await store.bucket.put(key, Array(name.utf8))
        let read = try await store.bucket.get(key, atMost: 1000)
        #expect(read == Array(name.utf8), "\(name)")
      }
      let prefix = store.location.key("awkward/")
      let listed = try await store.bucket.allKeys(prefix: prefix, after: nil)
      #expect(listed.count == 8 && listed.contains { $0.key == prefix + "ümläut 中文" })
    }
  }
}
