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

/// A built-in experiment template: its folder as it is, embedded into the binary.
func template(_ name: String, folder: String) -> Target {
  .target(
    name: name, path: "Sources/Templates/\(folder)",
    resources: ["experiment.py", "plot.py", "prompt.json", "requirements.txt", "seed_ideas.json"].map {
      .embedInCode($0)
    }, swiftSettings: strict)
}

/// The tests of one module, mirrored below Tests/.
func tests(_ floor: String, _ name: String, _ needs: [String], resources: [Resource]? = nil) -> Target {
  .testTarget(
    name: name, dependencies: needs.map { .byName(name: $0) }, path: "Tests/\(floor)/\(name)", resources: resources,
    swiftSettings: strict)
}

// CLazyLibraries loads these when they are needed, where it has stand-ins for their functions.
#if arch(x86_64)
  let linkedAtOnce: [LinkerSetting] = []
#else
  let linkedAtOnce = ["rdkafka", "curl", "microhttpd"].map { LinkerSetting.linkedLibrary($0) }
#endif

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
  .systemLibrary(
    name: "CRdKafka", path: "Sources/CLibraries/CRdKafka", providers: [.apt(["librdkafka-dev"])]),
  .systemLibrary(
    name: "CCurl", path: "Sources/CLibraries/CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
  .systemLibrary(
    name: "CExpat", path: "Sources/CLibraries/CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
  .systemLibrary(
    name: "CMicroHTTPD", path: "Sources/CLibraries/CMicroHTTPD", providers: [.apt(["libmicrohttpd-dev"])]),
  .target(name: "CLinux", path: "Sources/CLibraries/CLinux"),
  .target(name: "CLazyLibraries", path: "Sources/CLibraries/CLazyLibraries", linkerSettings: linkedAtOnce),
]

let platform: [Target] = [
  module("Platform", "Threads", ["CLinux"]),
  module("Platform", "Files", []),
  module("Platform", "SQLite", ["CSQLite", "Threads"]),
  module("Platform", "ChildProcesses", ["CLinux", "Threads"]),
  module("Platform", "YAML", ["CYAML"]),
  module("Platform", "XML", ["CExpat"]),
  module("Platform", "Digests", ["CSodium"]),
  module("Platform", "CommandTable", ["CLinux"]),
  module("Platform", "Log", ["Threads"]),
  module("Platform", "Kafka", ["CRdKafka", "CLazyLibraries", "Threads"]),
  module("Platform", "HTTPClient", ["CCurl", "CLazyLibraries", "CLinux", "Threads"]),
  module("Platform", "HTTPServer", ["CMicroHTTPD", "CLazyLibraries", "CLinux", "Threads"]),
]

let core: [Target] = [
  module("Core", "PaperModel", []),
  module("Core", "PipelineRules", ["PaperModel"]),
  module("Core", "WireFormat", ["PaperModel"]),
]

let templates: [Target] = [
  template("GrokkingTemplate", folder: "grokking"),
  template("Diffusion2DTemplate", folder: "diffusion2d"),
  template("CharLMTemplate", folder: "charlm"),
]

let science: [Target] = [
  module("Science", "Sandbox", ["PaperModel", "ChildProcesses", "CLinux", "CSeccomp", "Threads"]),
  module(
    "Science", "ExperimentTemplates",
    ["PaperModel", "YAML", "GrokkingTemplate", "Diffusion2DTemplate", "CharLMTemplate"],
    resources: [.embedInCode("Python/settings.py")]),
  module("Science", "Literature", ["PaperModel"]),
  module(
    "Science", "Typesetting", ["PaperModel", "Literature"],
    resources: [.embedInCode("Resources/shoalpaper.sty"), .embedInCode("Resources/latexmkrc")]),
  module("Science", "Roles", ["PaperModel"]),
  module("Science", "Studies", ["PaperModel", "ExperimentTemplates"]),
  module(
    "Science", "SweepScientist",
    ["PaperModel", "Roles", "Studies", "ExperimentTemplates", "Typesetting", "Literature"],
    resources: [.embedInCode("Python/figures.py")]),
  module(
    "Science", "LanguageModels", ["PaperModel", "HTTPClient", "YAML", "Files"],
    resources: [.embedInCode("Resources/models.yaml")]),
  .target(
    name: "ScienceTestSupport", dependencies: ["PaperModel", "Roles", "ChildProcesses"], path: "Tests/Science/Support",
    swiftSettings: strict),
]

let pipeline: [Target] = [
  module("Pipeline", "MessageLog", ["Journal", "PaperModel", "WireFormat"]),
  module("Pipeline", "Journal", ["PaperModel", "Digests"]),
  module("Pipeline", "FolderJournal", ["Journal", "PaperModel", "WireFormat", "Digests", "CLinux", "Files"]),
  module(
    "Pipeline", "EmbeddedStore",
    ["MessageLog", "Journal", "SQLite", "WireFormat", "PaperModel", "CLinux", "Threads", "Files"]),
  module("Pipeline", "Stages", ["PaperModel", "Roles", "ExperimentTemplates"]),
  module(
    "Pipeline", "StageWorker", ["PaperModel", "PipelineRules", "MessageLog", "Journal", "WireFormat", "Digests"]),
  module("Pipeline", "KafkaMessageLog", ["MessageLog", "Kafka", "PipelineRules", "PaperModel"]),
  module("Pipeline", "S3Journal", ["Journal", "HTTPClient", "PaperModel", "WireFormat", "Digests", "XML"]),
  module(
    "Pipeline", "Projections", ["PaperModel", "PipelineRules", "Journal", "MessageLog", "EmbeddedStore"]),
  module("Pipeline", "Telemetry", ["StageWorker", "HTTPServer", "PaperModel"]),
]

let operations: [Target] = [
  module(
    "Pipeline", "Operations",
    ["PaperModel", "PipelineRules", "MessageLog", "Journal", "Projections", "WireFormat", "ExperimentTemplates"])
]

let command: [Target] = [
  .executableTarget(
    name: "shoal",
    dependencies: [
      "CLinux", "CommandTable", "Digests", "Files", "Log", "YAML", "PaperModel", "PipelineRules", "Sandbox",
      "ExperimentTemplates", "Roles", "SweepScientist", "MessageLog", "Journal", "FolderJournal", "EmbeddedStore",
      "Stages", "StageWorker", "Operations", "Projections", "WireFormat", "Kafka", "KafkaMessageLog", "S3Journal",
      "Telemetry", "HTTPServer", "HTTPClient", "LanguageModels", "SQLite", "Threads",
    ], path: "Sources/shoal", swiftSettings: strict),
  .target(
    name: "CPlainKafka", dependencies: ["CRdKafka", "CLazyLibraries"], path: "bench/kafka"),
  .executableTarget(
    name: "shoal-bench",
    dependencies: [
      "CPlainKafka",
      "EmbeddedStore", "FolderJournal", "Journal", "Kafka", "KafkaMessageLog", "MessageLog", "PaperModel", "S3Journal",
      "SQLite", "StageWorker", "WireFormat",
    ], path: "bench/ShoalBench", swiftSettings: strict),
]

let testTargets: [Target] = [
  .target(
    name: "ServiceTestSupport", dependencies: ["ChildProcesses", "CLinux", "Threads"], path: "Tests/Support",
    swiftSettings: strict),
  .target(name: "GeneratorTestSupport", path: "Tests/Generators", swiftSettings: strict),
  tests("Platform", "ThreadsTests", ["Threads"]),
  tests("Platform", "FilesTests", ["Files"]),
  tests("Platform", "SQLiteTests", ["SQLite", "Threads"]),
  tests("Platform", "ChildProcessesTests", ["ChildProcesses", "CLinux", "Threads"]),
  tests("Platform", "YAMLTests", ["YAML"]),
  tests("Platform", "XMLTests", ["XML"]),
  tests("Platform", "DigestsTests", ["Digests"]),
  tests("Platform", "CommandTableTests", ["CommandTable"]),
  tests("Platform", "LogTests", ["Log"]),
  tests("Platform", "KafkaTests", ["Kafka", "CRdKafka", "ServiceTestSupport", "Threads"]),
  tests("Platform", "HTTPClientTests", ["HTTPClient", "ServiceTestSupport", "Threads"]),
  tests("Platform", "HTTPServerTests", ["HTTPServer", "HTTPClient", "CLinux", "Threads", "GeneratorTestSupport"]),
  tests("Core", "PaperModelTests", ["PaperModel", "GeneratorTestSupport"]),
  tests("Core", "PipelineRulesTests", ["PipelineRules", "PaperModel", "GeneratorTestSupport"]),
  tests("Core", "WireFormatTests", ["WireFormat", "PaperModel", "ChildProcesses", "GeneratorTestSupport"]),
  tests("Science", "SandboxTests", ["Sandbox", "PaperModel", "ChildProcesses", "CLinux", "Threads"]),
  tests("Science", "ExperimentTemplatesTests", ["ExperimentTemplates", "Sandbox", "PaperModel", "ScienceTestSupport"]),
  tests(
    "Science", "TypesettingTests", ["Typesetting", "Sandbox", "PaperModel", "ChildProcesses", "GeneratorTestSupport"],
    resources: [
      "effect.pdf", "curves.pdf", "log-wrapped.txt", "log-whole.txt", "log-missing.txt", "log-located.txt",
      "log-plain.txt",
    ].map { .embedInCode("Fixtures/\($0)") }),
  tests("Science", "StudiesTests", ["Studies"]),
  tests(
    "Science", "LanguageModelsTests",
    ["LanguageModels", "HTTPClient", "YAML", "PaperModel", "ServiceTestSupport", "GeneratorTestSupport"]),
  tests(
    "Science", "SweepScientistTests",
    [
      "SweepScientist", "Roles", "Literature", "ExperimentTemplates", "Typesetting", "PaperModel",
      "ScienceTestSupport", "GeneratorTestSupport",
    ]),
  tests(
    "Pipeline", "StoreConformanceTests",
    ["Journal", "MessageLog", "EmbeddedStore", "FolderJournal", "PaperModel", "SQLite", "ServiceTestSupport"]),
  tests(
    "Pipeline", "EmbeddedStoreTests",
    ["EmbeddedStore", "Journal", "MessageLog", "PaperModel", "SQLite", "ServiceTestSupport"]),
  tests("Pipeline", "MessageLogTests", ["MessageLog", "Journal", "PaperModel", "WireFormat"]),
  tests(
    "Pipeline", "KafkaMessageLogTests",
    [
      "KafkaMessageLog", "Kafka", "MessageLog", "Journal", "PipelineRules", "PaperModel", "WireFormat",
      "ServiceTestSupport", "GeneratorTestSupport",
    ]),
  tests(
    "Pipeline", "S3JournalTests",
    ["S3Journal", "HTTPClient", "Journal", "PaperModel", "Digests", "ServiceTestSupport"]),
  tests("Pipeline", "TelemetryTests", ["Telemetry", "StageWorker", "HTTPServer", "HTTPClient", "PaperModel"]),
  tests(
    "Pipeline", "StagesTests",
    [
      "Stages", "Roles", "StageWorker", "Journal", "MessageLog", "EmbeddedStore", "FolderJournal", "PipelineRules",
      "PaperModel", "ScienceTestSupport",
    ]),
  tests(
    "Pipeline", "FolderJournalTests", ["FolderJournal", "Journal", "PaperModel", "WireFormat", "ServiceTestSupport"]),
  tests(
    "Command", "CommandTests",
    [
      "shoal", "CommandTable", "Operations", "Projections", "EmbeddedStore", "FolderJournal", "Journal", "MessageLog",
      "PaperModel", "PipelineRules", "Roles", "Sandbox", "StageWorker", "Stages", "WireFormat", "YAML", "Digests",
      "ExperimentTemplates", "ChildProcesses", "ServiceTestSupport", "SQLite",
    ]),
  tests(
    "Pipeline", "StageWorkerTests",
    [
      "StageWorker", "Stages", "Roles", "Operations", "Journal", "MessageLog", "PipelineRules", "PaperModel",
      "WireFormat", "Digests", "ScienceTestSupport", "ServiceTestSupport", "LanguageModels", "HTTPClient", "YAML",
      "Files", "GeneratorTestSupport",
    ]),
  .testTarget(
    name: "ChaosTests",
    dependencies: [
      "shoal", "ChildProcesses", "EmbeddedStore", "FolderJournal", "Journal", "MessageLog", "Operations", "PaperModel",
      "PipelineRules", "Projections", "ServiceTestSupport",
    ], path: "Tests/ChaosTests", swiftSettings: strict),
  .testTarget(
    name: "ClusterTests",
    dependencies: [
      "shoal", "ChildProcesses", "CommandTable", "FolderJournal", "Journal", "Kafka", "KafkaMessageLog", "MessageLog",
      "Operations", "PaperModel", "PipelineRules", "S3Journal", "ServiceTestSupport", "GeneratorTestSupport",
    ], path: "Tests/ClusterTests", swiftSettings: strict),
  .testTarget(
    name: "TidyTests", dependencies: ["shoal", "CommandTable", "YAML"], path: "Tests/TidyTests", swiftSettings: strict),
]

let package = Package(
  name: "shoal",
  targets: libraries + platform + core + templates + science + pipeline + operations + command + testTargets,
  swiftLanguageModes: [.v6])
