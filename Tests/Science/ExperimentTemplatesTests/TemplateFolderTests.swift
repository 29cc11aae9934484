import ExperimentTemplates
import Foundation
import Testing

/// A folder that is removed with this value.
struct TemporaryFolder: ~Copyable {
  let path: String

  init(_ files: [String: String]) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, text) }
  }

  func write(_ name: String, _ text: String) throws {
    let place = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct TemplateFolderTests {
  @Test func `a template of v1 is read unchanged, without generated files`() throws {
    let folder = try TemporaryFolder([
      "experiment.py": "x = 1", "plot.py": "", "data/train.txt": "abc", "latex/template.tex": "t",
      "model/layers.py": "", "run_0/final_info.json": "{}", "run_notes.txt": "kept", "__pycache__/a.pyc": "",
      ".git/config": "",
    ])
    let template = try TemplateFolder.read(folder.path, named: "mine")
    #expect(
      template.files.keys.sorted() == [
        "data/train.txt", "experiment.py", "latex/template.tex", "model/layers.py", "plot.py", "run_notes.txt",
      ])
    #expect(template.files["data/train.txt"] == [0x61, 0x62, 0x63])
    #expect(template.name == "mine" && template.findings.isEmpty)
  }

  @Test func `links are followed within the folder only`() throws {
    let outside = try TemporaryFolder(["secret.txt": "secret", "folder/a.txt": "a"])
    let folder = try TemporaryFolder(["experiment.py": "x", "data/a.txt": "inside"])
    try folder.link("inside.txt", to: "data/a.txt")
    try folder.link("secret.txt", to: "\(outside.path)/secret.txt")
    try folder.link("folder", to: "\(outside.path)/folder")
    try folder.link("nowhere", to: "absent")
    try folder.link("up", to: "..")
    let template = try TemplateFolder.read(folder.path)
    #expect(template.files.keys.sorted() == ["data/a.txt", "experiment.py", "inside.txt"])
    #expect(template.findings.compactMap(\.file).sorted() == ["folder", "nowhere", "secret.txt", "up"])
  }

  @Test func `a missing folder is refused with advice`() throws {
    let error = #expect(throws: TemplateError.self) { try TemplateFolder.read("/nonexistent/template") }
    #expect(error?.description.contains("experiment.py") == true)
  }

  @Test func `too many files are refused`() throws {
    let folder = try TemporaryFolder([:])
    for number in 0...TemplateFolder.fileLimit { try folder.write("\(number).txt", "") }
    #expect(throws: TemplateError.tooLarge(path: folder.path, limit: "2000 files")) {
      try TemplateFolder.read(folder.path)
    }
  }
}
