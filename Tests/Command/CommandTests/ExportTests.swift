import FoundationEssentials
import Operations
import PaperModel
import ServiceTestSupport
import Testing

@testable import shoal

@Suite struct ExportTests {
  private func bytes(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  @Test func `a finished paper has every file of the layout, byte for byte`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let run = try await CommandRun.of(["export", "made.1", "--to", folder + "/out/paper", "--json"], data: folder)
      let document = try run.json(ExportCommand.Document.self)
      #expect(run.code == 0 && document.missing.isEmpty)
      #expect(
        document.files == [
          "README.txt", "alpha.pdf", "effect.pdf", "experiment.py", "ideas.json", "journal.jsonl", "latex/paper.tex",
          "latex/template.tex", "ledger.json", "notes.txt", "prompt.json", "review.json", "review.txt",
          "run_0/final_info.json", "run_1.py", "run_1/final_info.json",
        ])
      let out = folder + "/out/paper"
      #expect(try bytes(out + "/experiment.py") == "print('original')\n")
      #expect(try bytes(out + "/run_1.py") == "print('edited')\n")
      #expect(try Data(contentsOf: URL(fileURLWithPath: out + "/effect.pdf")) == Data([1, 2, 0, 255]))
      #expect(try bytes(out + "/notes.txt") == "# Runs\n\n# Figures\n")
      struct Review: Decodable { let Overall: Int }
      let review = Data(try bytes(out + "/review.txt").utf8)
      #expect(try JSONDecoder().decode(Review.self, from: review).Overall == 6)
      let ledger = try JSONDecoder().decode(
        CostsCommand.Document.self, from: Data(try bytes(out + "/ledger.json").utf8))
      #expect(ledger.settledNanodollars == 1300)
      let journal = try bytes(out + "/journal.jsonl")
      #expect(try await CommandRun.of(["logs", "made.1", "--json"], data: folder).output == journal)
      let list = try bytes(out + "/README.txt")
      for file in document.files where file != "README.txt" {
        let folder = file.split(separator: "/").count > 1 ? file.prefix { $0 != "/" } + "/" : file[...]
        #expect(list.contains("\n\(folder) "), "\(file) is not in \(list)")
      }
    }
  }

  @Test func `the list of an export leaves a template's own README.txt as it is`() {
    #expect(ExportText.name(["experiment.py"]) == "README.txt")
    #expect(ExportText.name(["README.txt", "experiment.py"]) == "README-shoal.txt")
  }

  @Test func `a folder with something in it is refused`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let run = try await CommandRun.of(["export", "made.1", "--to", folder], data: folder)
      #expect(run.code == 1 && run.errors.contains("is not empty; nothing was written"))
    }
  }

  @Test func `an unfinished paper's existing files are exported and the missing ones named`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let run = try await CommandRun.of(["export", "made.2", "--to", folder + "/out"], data: folder)
      #expect(run.code == 0)
      #expect(run.errors.contains("there is no LaTeX and no PDF"))
      #expect(FileManager.default.fileExists(atPath: folder + "/out/experiment.py"))
    }
  }

  @Test func `an export that fails names the stage, leaves nothing, and may be repeated`() async throws {
    try await withTemporaryFolder { folder in
      var pdf = ""
      try await MadeUpInstallation.with(folder) { made in
        let revision = try await made.deployment.revision(of: MadeUpInstallation.campaign.paper(1))
        pdf = try #require(revision).manuscript.pdf.digest
      }
      let blob = "\(folder)/blobs/\(pdf.prefix(2))/\(pdf)"
      try FileManager.default.moveItem(atPath: blob, toPath: folder + "/moved")
      let words = ["export", "made.1", "--to", folder + "/out/paper"]
      let failed = try await CommandRun.of(words, data: folder)
      #expect(failed.code == 1 && failed.errors.contains("alpha.pdf, a file of the stage revise, can't be read"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/out").isEmpty)
      try FileManager.default.moveItem(atPath: folder + "/moved", toPath: blob)
      let again = try await CommandRun.of(words, data: folder)
      #expect(again.code == 0, "\(again.errors)")
    }
  }

  @Test func `a name as long as names can be is written in every folder, and a longer one is told apart`() async throws
  {
    try await withTemporaryFolder { path in
      let folder = try NewFolder(path + "/out")
      let long = "run_0/" + String(repeating: "n", count: 251) + ".png"
      defer { folder.discard() }
      try folder.write(long, [1])
      #expect(throws: FileOutput.NameTooLong.self) { try folder.write("n" + long.replacing("/", with: "_"), [1]) }
      #expect(throws: OperationError.self) { try folder.write("run_0/../../x", [1]) }
      #expect(!FileManager.default.fileExists(atPath: path + "/out"))
      try folder.finish()
      #expect(FileManager.default.fileExists(atPath: "\(path)/out/\(long)"))
    }
  }
}
