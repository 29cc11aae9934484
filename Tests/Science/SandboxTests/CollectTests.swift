import Glibc
import Testing

@testable import Sandbox

/// Which files are collected from a job, and which are refused.
@Suite(.serialized) struct CollectTests {
  @Test func `everything that is not a plain file is refused with its reason, and the rest is kept`() async throws {
    let report = try await SandboxWorld().python(
      """
      import os, socket
      open('good', 'w').write('kept')
      os.symlink('/etc/passwd', 'link'); os.symlink('/etc', 'folder-link'); os.symlink('good', 'near-link')
      os.mkfifo('fifo')
      socket.socket(socket.AF_UNIX).bind('socket')
      open('one', 'w').write('x'); os.link('one', 'two')
      with open('sparse', 'wb') as file: file.truncate(100 << 20)
      open('large', 'wb').write(bytes(3 << 20))
      open('line\\nbreak', 'w'); open(b'not-utf8-\\xff', 'w')
      open('turn\\u202earound', 'w'); open('back\\\\slash', 'w')
      open('n' * 255, 'w').write('long')
      os.makedirs('a/b/c/d'); open('a/b/c/d/deep', 'w'); open('a/b/shallow', 'w').write('kept too')
      os.mkdir('closed'); open('closed/inside', 'w'); os.chmod('closed', 0)
      open('unread', 'w').write('x'); os.chmod('unread', 0)
      """
    ) {
      $0.collect.maximumFileBytes = 2 << 20
      $0.collect.maximumDepth = 3
      $0.collect.maximumPathBytes = 200
    }
    #expect(report.errorsTail == "")
    let asRoot: [CollectedFile] =
      geteuid() == 0
      ? [
        CollectedFile(path: "closed/inside", bytes: [], isExecutable: false),
        CollectedFile(path: "unread", bytes: [0x78], isExecutable: false),
      ] : []
    let plain = [
      CollectedFile(path: "a/b/shallow", bytes: Array("kept too".utf8), isExecutable: false),
      CollectedFile(path: "good", bytes: Array("kept".utf8), isExecutable: false),
    ]
    #expect(report.files.sorted { $0.path < $1.path } == (plain + asRoot).sorted { $0.path < $1.path })
    var expected: [String: CollectionFinding.Reason] = [
      "link": .symbolicLink, "folder-link": .symbolicLink, "near-link": .symbolicLink, "fifo": .notAFile,
      "socket": .notAFile, "one": .hardLink, "two": .hardLink, "sparse": .tooLarge(100 << 20),
      "large": .tooLarge(3 << 20), #"line\u{a}break"#: .strangeName, #"not-utf8-\u{fffd}"#: .strangeName,
      #"turn\u{202e}around"#: .strangeName, #"back\u{5c}slash"#: .strangeName,
      String(repeating: "n", count: 255): .strangeName, "a/b/c/d": .tooDeep,
    ]
    if geteuid() != 0 {
      expected["closed"] = .unreadable(EACCES)
      expected["unread"] = .unreadable(EACCES)
    }
    let found = Dictionary(report.findings.map { ($0.path, $0.reason) }) { $1 }
    #expect(found[#"not-utf8-\u{fffd}"#] != nil || found["not-utf8-\u{fffd}"] != nil)
    for (path, reason) in expected where !path.hasPrefix("not-utf8") { #expect(found[path] == reason, "\(path)") }
    #expect(report.findings.count == expected.count)
  }

  @Test func `numbers and totals are limited, and only selected files are read`() async throws {
    let program = """
      import os
      for i in range(20): open(f'{i:02}.json', 'w').write('x' * 100)
      for i in range(20): os.symlink('/etc', f'{i:02}.txt')
      """
    let few = try await SandboxWorld().python(program) {
      $0.collect = CollectRules { $0.hasSuffix(".json") }
      $0.collect.maximumFiles = 5
    }
    #expect(few.files.map(\.path) == ["00.json", "01.json", "02.json", "03.json", "04.json"])
    #expect(few.findings.count == 15 && few.findings.allSatisfy { $0.reason == .tooMany })
    let small = try await SandboxWorld().python(program) {
      $0.collect = CollectRules { $0.hasSuffix(".json") }
      $0.collect.maximumTotalBytes = 350
    }
    #expect(small.files.count == 3)
    #expect(small.findings.allSatisfy { $0.reason == .totalTooLarge })
    let none = try await SandboxWorld().python(program) { $0.collect = .nothing }
    #expect(none.files.isEmpty && none.findings.isEmpty)
  }

  @Test func `a folder with too many entries is not read to its end`() async throws {
    let report = try await SandboxWorld().python("for i in range(300): open(str(i), 'w')") {
      $0.collect.maximumEntries = 100
    }
    #expect(report.files.isEmpty)
    #expect(report.findings == [CollectionFinding(path: "", reason: .gaveUp)])
  }

  @Test func `staged files are collected only if they were changed, unless requested`() async throws {
    let files = [JobFile(path: "same", text: "1"), JobFile(path: "changed", text: "1")]
    let some = try await SandboxWorld().python("open('changed', 'w').write('2')") { $0.files += files }
    #expect(some.files.map(\.path) == ["changed"])
    let all = try await SandboxWorld().python("open('changed', 'w').write('2')") {
      $0.files += files
      $0.collect.includesUnchangedFiles = true
    }
    #expect(all.files.map(\.path) == ["changed", "program.py", "same"])
  }

  @Test(arguments: [Sandbox.Configuration.DiskLimiting.automatic, .watched])
  func `a very deep tree neither hangs the collector nor stays behind`(
    limiting: Sandbox.Configuration.DiskLimiting
  ) async throws {
    let world = try SandboxWorld()
    let report = try await world.python(
      """
      import os
      for i in range(3000): os.mkdir('d'); os.chdir('d')
      os.chmod('.', 0)
      """, { _ in }, configure: { $0.diskLimiting = limiting })
    #expect(report.findings.map(\.reason) == [.tooDeep])
    #expect(entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
  }
}
