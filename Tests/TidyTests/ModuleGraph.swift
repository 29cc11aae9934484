/// Modules and what each may import.
struct ModuleGraph: Equatable {
  struct Module: Equatable {
    let name: String
    /// Its folder below Sources/; the command is a floor of its own.
    let floor: String
    let imports: Set<String>
  }

  /// By name.
  var modules: [String: Module] = [:]

  /// The floors, the highest first.
  static let floors = ["shoal", "Pipeline", "Science", "Platform", "Core", "Templates", "CLibraries"]
  /// Modules that every module may import: Swift's own and the C library.
  static let always: Set<String> = ["Glibc", "Synchronization", "Dispatch", "FoundationEssentials"]

  mutating func add(_ name: some StringProtocol, floor: some StringProtocol, imports: [String]) {
    modules[String(name)] = Module(name: String(name), floor: String(floor), imports: Set(imports))
  }

  /// Imports of a module of a higher floor.
  var upwards: [String] {
    modules.values.flatMap { module in
      module.imports.filter { name in
        guard let below = modules[name] else { return true }
        return Self.height(below.floor) > Self.height(module.floor)
      }.map { "\(module.name) imports \($0)" }
    }.sorted()
  }

  /// Modules that are listed and not imported, and the other way round. Modules without files are left out.
  func differences(from files: ModuleGraph) -> [String] {
    modules.values.flatMap { module -> [String] in
      guard let found = files.modules[module.name]?.imports else { return [] }
      // Without a line of Swift: it has to be linked.
      let unused = module.imports.subtracting(found).subtracting(["CLazyLibraries"])
      return unused.map { "\(module.name) lists \($0), which no file imports" }
        + found.subtracting(module.imports).map { "\(module.name) imports \($0), which is not listed" }
    }.sorted()
  }

  private static func height(_ floor: String) -> Int { floors.count - (floors.firstIndex(of: floor) ?? floors.count) }

  /// The names in a written list.
  static func names(_ text: some StringProtocol) -> [String] {
    String(text).matches(of: /\w+/).map { String($0.output) }
  }
}

extension ModuleGraph {
  /// The table of ARCHITECTURE.md: rows of floor, module, description, imports.
  init(page: String) {
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { row in
      row.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingPrefix(" ") }.map { cell in
        String(cell.reversed().drop { $0 == " " }.reversed())
      }
    }
    for row in rows where row.count == 6 && row[1].hasPrefix("`") && row[1].hasSuffix("/`") {
      let floor = row[1].dropFirst().dropLast(2)
      for name in Self.names(row[2]) { add(name, floor: floor, imports: Self.names(row[4]).filter { $0 != "none" }) }
    }
  }

  /// The manifest, as this project writes it.
  init(manifest: String) {
    for match in manifest.matches(of: #/module\(\s*"(\w+)",\s*"(\w+)",\s*\[([^\]]*)\]/#) {
      add(match.output.2, floor: match.output.1, imports: Self.names(match.output.3))
    }
    for match in manifest.matches(of: /template\(\s*"(\w+)"/) { add(match.output.1, floor: "Templates", imports: []) }
    for match in manifest.matches(of: /name: "(\w+)",(?: dependencies: \[[^\]]*\],)? path: "Sources\/CLibraries/) {
      add(match.output.1, floor: "CLibraries", imports: [])
    }
    for match in manifest.matches(of: /executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]/) {
      add(match.output.1, floor: "shoal", imports: Self.names(match.output.2))
    }
  }

  /// The imports of the source files, by module; system modules are left out.
  init(files: [ProjectFile]) {
    for file in files {
      let parts = file.path.split(separator: "/")
      let isCommand = parts[1] == "shoal"
      let folder = isCommand ? "shoal" : String(parts[2])
      let found = file.code.compactMap { $0.firstMatch(of: /^ *(?:\w+ )?import (\w+)/)?.output.1 }.map(String.init)
      let known = modules[folder]?.imports ?? []
      add(folder, floor: parts[1], imports: found.filter { !Self.always.contains($0) } + known)
    }
  }
}
