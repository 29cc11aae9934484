import Journal
import PaperModel
import ServiceTestSupport
import Testing

@testable import S3Journal

/// Why tests are skipped if there is no server.
let noServer = Comment(rawValue: "SeaweedFS is not there: \(TestTools.missing)")

extension SeaweedFS {
  var credentials: S3Credentials { S3Credentials(accessKeyID: accessKeyID, secretAccessKey: secretAccessKey) }

  /// A prefix of its own in the bucket.
  func place(port: Int? = nil) throws -> S3Location {
    let prefix = "world-\(UInt64.random(in: .min ... .max))"
    return try S3Location("s3://\(bucket)/\(prefix)", endpoint: "http://127.0.0.1:\(port ?? self.port)")
  }
}

/// A store of its own for one test, closed at its end.
func withStore<Value>(_ body: (S3Store, SeaweedFS) async throws -> Value) async throws -> Value {
  let server = try await SeaweedFS.shared()
  let store = try await S3Store.open(try server.place(), credentials: server.credentials)
  do {
    let value = try await body(store, server)
    await store.close()
    return value
  } catch {
    await store.close()
    throw error
  }
}

func fact(_ number: Int64, by worker: String = "w") -> JournalEntry.Fact {
  .claimed(worker: WorkerID(worker), stage: .design, visit: Int(number) + 1, attempt: 1)
}
