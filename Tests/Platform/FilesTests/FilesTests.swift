import Files
import Foundation
import Glibc
import Testing

@Suite struct FilesTests {
  private let folder: String

  init() {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-files-\(UUID().uuidString)").path
  }

  private func inFolder(_ body: () throws -> Void) throws {
    #expect(Folders.create(folder) == 0)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body()
  }

  private func names(_ folder: String) -> [String]? { try? FileManager.default.contentsOfDirectory(atPath: folder) }
  private func bytes(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: "\(folder)/\(name)").map(Array.init)
  }

  @Test func `a folder is created with its parents, and again without harm`() throws {
    try inFolder {
      #expect(Folders.create("\(folder)/a/b/c") == 0 && Folders.create("\(folder)/a/b/c") == 0)
      #expect(names("\(folder)/a") == ["b"])
    }
  }

  @Test func `a file in the place of a folder is an error`() throws {
    try inFolder {
      #expect(WholeFile.replace("\(folder)/a", with: [1]) == 0)
      #expect(Folders.create("\(folder)/a") == EEXIST && Folders.create("\(folder)/a/b") == ENOTDIR)
    }
  }

  @Test func `a file is replaced whole, and nothing is left beside it`() throws {
    try inFolder {
      let long = [UInt8](repeating: 7, count: 3 << 20)
      #expect(WholeFile.replace("\(folder)/a", with: [1, 2]) == 0)
      #expect(WholeFile.replace("\(folder)/a", with: long, mode: 0o600) == 0)
      #expect(bytes("a") == long)
      #expect(names(folder) == ["a"])
    }
  }

  @Test func `a name that is taken is kept`() throws {
    try inFolder {
      #expect(WholeFile.create("\(folder)/a", with: [1]) == 0 && WholeFile.create("\(folder)/a", with: [2]) == EEXIST)
      #expect(bytes("a") == [1])
      #expect(names(folder) == ["a"])
    }
  }

  @Test func `a file that can't be written leaves its error and nothing else`() throws {
    try inFolder {
      #expect(WholeFile.replace("\(folder)/gone/a", with: [1]) == ENOENT)
      #expect(mkdir("\(folder)/a", 0o755) == 0 && WholeFile.replace("\(folder)/a", with: [1]) == EISDIR)
      #expect(names(folder) == ["a"])
    }
  }
}
