extension Rule {
  /// Modules that no file imports.
  static let imports = [
    forbidding(
      "of Foundation, sources import only the essentials", ["import Foundation"],
      where: { $0.contains(#/import Foundation\s*$/#) }, plant: "Sources/Core/A.swift", "  internal import Foundation"
    ) { $0.isIn("Sources") },
    forbidding(
      "nothing imports FoundationNetworking", ["FoundationNetworking"], plant: "Tests/Core/A.swift",
      "import FoundationNetworking"
    ) { _ in true },
  ]
}
