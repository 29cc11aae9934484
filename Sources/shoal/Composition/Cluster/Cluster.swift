import MessageLog
import Operations

/// An opened cluster.
struct Cluster: Sendable {
  let log: any MessageLog
  let store: ClusterStore

  static func open(_ settings: ClusterSettings, preparing: Bool) async throws -> Cluster {
    throw OperationError("Clusters are to come.")
  }

  func close() async {}
}
