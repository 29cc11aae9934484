import FolderJournal
import Glibc
import Journal
import PaperModel
import ServiceTestSupport
import Testing

@testable import shoal

/// A store whose folder is unmounted, moved or replaced while a worker uses it.
@Suite struct FolderGuardTests {
  private struct Store {
    let folder: String
    let journal: GuardedJournal
    let blobs: GuardedBlobs

    init(_ folder: String) async throws {
      self.folder = "\(folder)/store"
      let inner = try await FolderJournal(folder: self.folder)
      let shelf = FolderBaselines(folder: "\(self.folder)/marks")
      let blobs = try await FolderBlobs(folder: self.folder)
      let mark = try await shelf.keep(try await blobs.keep([1]), under: "store")
      let folder = FolderGuard(self.folder, by: "marks/store") { [path = self.folder] in
        (try? await FolderBaselines(folder: "\(path)/marks").baseline("store")) == mark
      }
      journal = GuardedJournal(inner: inner, folder: folder)
      self.blobs = GuardedBlobs(inner: blobs, folder: folder)
    }

    /// Whether all calls fail as those of a store that is away, which no stream is blamed for.
    func isAway(_ blob: BlobReference) async -> Bool {
      func away(_ call: () async throws -> Void) async -> Bool {
        do { try await call() } catch let error as JournalError { return error.kind == .unavailable } catch {}
        return false
      }
      let stream = StreamID(.paper, "c.1")!
      return await [
        away { _ = try await blobs.bytes(of: blob) }, away { _ = try await blobs.keep([7]) },
        away { _ = try await journal.entries(of: stream, from: 0) },
        away { _ = try await journal.append(.cancelled(reason: "test"), to: stream, at: 0) },
        away { try await journal.beat(WorkerID("w")) },
      ].allSatisfy { $0 }
    }
  }

  @Test func `an empty folder in its place is not written to, and its own folder is used again`() async throws {
    try await withTemporaryFolder { folder in
      let store = try await Store(folder)
      let blob = try await store.blobs.keep([1, 2, 3])
      #expect(rename(store.folder, "\(folder)/away") == 0 && mkdir(store.folder, 0o700) == 0)
      #expect(await store.isAway(blob))
      #expect(rmdir(store.folder) == 0, "nothing was written into it")
      #expect(await store.isAway(blob))
      #expect(rename("\(folder)/away", store.folder) == 0)
      #expect(try await store.blobs.bytes(of: blob) == [1, 2, 3])
    }
  }

  @Test func `another store in its place is refused; the same one after another mount is not`() async throws {
    try await withTemporaryFolder { folder in
      let store = try await Store(folder)
      let blob = try await store.blobs.keep([1, 2, 3])
      let marks = "\(store.folder)/marks"
      #expect(rename(marks, "\(folder)/marks") == 0)
      let other = try await FolderBlobs(folder: store.folder).keep([2])
      _ = try await FolderBaselines(folder: marks).keep(other, under: "store")
      #expect(await store.isAway(blob))
      #expect(unlink("\(marks)/store") == 0)
      // Its own mark as another file, as after a remount.
      let mark = try #require(try await FolderBaselines(folder: "\(folder)/marks").baseline("store"))
      _ = try await FolderBaselines(folder: marks).keep(mark, under: "store")
      #expect(try await store.blobs.bytes(of: blob) == [1, 2, 3])
    }
  }
}
