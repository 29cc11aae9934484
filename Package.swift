// swift-tools-version: 6.2
import PackageDescription

/// Strict everywhere: what a module uses it imports itself, and nothing leaks through an import.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module on one of the floors; arrows point only to floors below, or sideways where ARCHITECTURE.md says so.
func module(_ floor: String, _ name: String, _ needs: [String], resources: [Resource]? = nil) -> Target {
  .target(
    name: name, dependencies: needs.map { .byName(name: $0) }, path: "Sources/\(floor)/\(name)", resources: resources,
    swiftSettings: strict)
}

/// The tests of one module, mirrored below Tests/.
func tests(_ floor: String, _ name: String, _ needs: [String]) -> Target {
  .testTarget(
    name: name, dependencies: needs.map { .byName(name: $0) }, path: "Tests/\(floor)/\(name)", swiftSettings: strict)
}

let libraries: [Target] = [
  .systemLibrary(
    name: "CSQLite", path: "Sources/CLibraries/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
  .systemLibrary(
    name: "CSeccomp", path: "Sources/CLibraries/CSeccomp", pkgConfig: "libseccomp",
    providers: [.apt(["libseccomp-dev"])]),
  .systemLibrary(
    name: "CSodium", path: "Sources/CLibraries/CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
  .systemLibrary(
    name: "CYAML", path: "Sources/CLibraries/CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
  .target(name: "CLinux", path: "Sources/CLibraries/CLinux"),
]

let platform: [Target] = [
  module("Platform", "SQLite", ["CSQLite"]),
  module("Platform", "ChildProcesses", ["CLinux"]),
  module("Platform", "YAML", ["CYAML"]),
  module("Platform", "Digests", ["CSodium"]),
  module("Platform", "CommandTable", ["CLinux"]),
  module("Platform", "Log", []),
]

let core: [Target] = [
  module("Core", "PaperModel", []),
  module("Core", "PipelineRules", ["PaperModel"]),
  module("Core", "WireFormat", ["PaperModel"]),
]

let science: [Target] = [
  module("Science", "Sandbox", ["ChildProcesses", "CLinux", "CSeccomp"]),
  module("Science", "Typesetting", ["PaperModel", "Sandbox"]),
  module("Science", "Roles", ["PaperModel", "Sandbox", "Typesetting"]),
]

let pipeline: [Target] = [
  module("Pipeline", "MessageLog", ["PaperModel"]),
  module("Pipeline", "Journal", ["PaperModel"]),
  module("Pipeline", "FolderJournal", ["Journal", "PaperModel", "WireFormat"]),
  module("Pipeline", "EmbeddedStore", ["MessageLog", "Journal", "SQLite", "WireFormat", "PaperModel", "CLinux"]),
  module("Pipeline", "Stages", ["PaperModel", "PipelineRules", "Journal", "Roles", "Sandbox"]),
  module("Pipeline", "StageWorker", ["PaperModel", "PipelineRules", "MessageLog", "Journal", "WireFormat"]),
]

let command: [Target] = []

let testTargets: [Target] = [
  tests("Platform", "SQLiteTests", ["SQLite"]),
  tests("Platform", "ChildProcessesTests", ["ChildProcesses", "CLinux"]),
  tests("Platform", "YAMLTests", ["YAML"]),
  tests("Platform", "DigestsTests", ["Digests"]),
  tests("Platform", "CommandTableTests", ["CommandTable"]),
  tests("Platform", "LogTests", ["Log"]),
  tests("Science", "SandboxTests", ["Sandbox", "ChildProcesses", "CLinux"]),
]

import Foundation
let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
let all = (libraries + platform + core + science + pipeline + command + testTargets).filter {
  FileManager.default.fileExists(atPath: here.appendingPathComponent($0.path!).path)
}

let package = Package(name: "shoal", targets: all, swiftLanguageModes: [.v6])
