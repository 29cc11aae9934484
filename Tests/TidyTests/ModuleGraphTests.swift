import Testing

/// The manifest, ARCHITECTURE.md and the imports of the files agree.
@Suite struct ModuleGraphTests {
  private let page: ModuleGraph
  private let manifest: ModuleGraph
  private let files: ModuleGraph

  init() throws {
    page = ModuleGraph(page: try Project.text("ARCHITECTURE.md"))
    manifest = ModuleGraph(manifest: try Project.text("Package.swift"))
    files = ModuleGraph(files: Project.sources)
  }

  @Test func `the table of ARCHITECTURE.md is the manifest's graph`() throws {
    #expect(manifest.modules.count > 20)
    #expect(page.modules.keys.sorted() == manifest.modules.keys.sorted())
    for (name, module) in manifest.modules where name != "shoal" {
      let written = page.modules[name]
      #expect(written?.floor == module.floor, "the floor of \(name)")
      #expect(written?.imports.sorted() == module.imports.sorted(), "what \(name) imports")
    }
  }

  @Test func `every folder of the sources is a module that imports what the manifest lists, no more and no less`() {
    #expect(manifest.differences(from: files) == [])
    for (folder, module) in files.modules {
      // A template's module is named after its content.
      if module.floor == "Templates" {
        #expect(module.imports.isEmpty, "\(folder)")
        continue
      }
      #expect(manifest.modules[folder] != nil, "Sources/\(module.floor)/\(folder) is no module of the manifest")
    }
  }

  @Test func `arrows point only to the same floor or to one below`() {
    #expect(manifest.upwards == [])
  }

  @Test func `only one module imports each C library`() {
    let ofNobody = ["CLinux", "CLazyLibraries"]
    for library in manifest.modules.values where library.floor == "CLibraries" && !ofNobody.contains(library.name) {
      let users = files.modules.values.filter { $0.imports.contains(library.name) }.map(\.name)
      #expect(users.count == 1, "\(library.name) is imported by \(users)")
    }
  }

  @Test func `an entry that no file imports and an import without an entry are found`() {
    let listed = ModuleGraph(manifest: #"module("Core", "A", ["B", "C", "CLazyLibraries"])"#)
    let file = ProjectFile(path: "Sources/Core/A/A.swift", text: "import B\nimport D")
    #expect(
      listed.differences(from: ModuleGraph(files: [file])) == [
        "A imports D, which is not listed", "A lists C, which no file imports",
      ])
  }

  @Test func `an arrow that points up, a row too many and an import too many are seen`() {
    let up = ModuleGraph(manifest: #"module("Core", "A", ["B"]), module( "Pipeline", "B", [])"#)
    #expect(up.upwards == ["A imports B"])
    let table = ModuleGraph(page: "| floor | module | is | imports |\n| `Core/` | `A`, `C` | nouns | `B` |")
    #expect(table.modules.keys.sorted() == ["A", "C"])
    #expect(table.modules["A"] == up.modules["A"] && table != up)
    let file = ProjectFile(path: "Sources/Core/A/A.swift", text: "public import B\nimport Glibc\n// import C")
    #expect(ModuleGraph(files: [file]).modules["A"]?.imports == ["B"])
  }
}
