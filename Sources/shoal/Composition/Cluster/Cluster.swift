import MessageLog
import Operations

/// An opened cluster.
struct Cluster: Sendable {
  struct StubLog: Sendable { func connect(within: Duration) async throws {} }
  let log: InMemoryMessageLog
  let store: ClusterStore

  static func open(
    _ settings: ClusterSettings, _ place: StorePlace, preparing: Bool, connecting: Bool,
    report: @escaping @Sendable (String) -> Void
  ) async throws -> Cluster {
    let store = try await ClusterStore.open(place, settings.s3, preparing: preparing)
    return Cluster(log: InMemoryMessageLog(), store: store)
  }

  func close() async {}
}
extension InMemoryMessageLog { func connect(within: Duration) async throws {} }
