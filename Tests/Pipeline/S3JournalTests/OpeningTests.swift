import Journal
import PaperModel
import ServiceTestSupport
import Testing

@testable import S3Journal

@Suite("Opening a store", .timeLimit(.minutes(10))) struct OpeningTests {
  private func refusal(_ location: S3Location, _ credentials: S3Credentials, clock: any WallClock = MachineClock())
    async throws -> S3Error
  {
    let error = await #expect(throws: S3Error.self) {
      let store = try await S3Store.open(location, credentials: credentials, clock: clock)
      await store.close()
    }
    let found = try #require(error)
    #expect(found.message.hasSuffix(".") && !found.message.contains("hush"))
    return found
  }

  @Test(.enabled(if: SeaweedFS.isInstalled, noServer))
  func `an unknown key, a wrong secret and a missing bucket are each named`() async throws {
    let server = try await SeaweedFS.shared()
    let unknown = try await refusal(
      server.place(), S3Credentials(accessKeyID: "NOBODY", secretAccessKey: "hush"))
    #expect(unknown.kind == .denied && unknown.message.contains("AWS_ACCESS_KEY_ID"))
    let wrong = try await refusal(
      server.place(), S3Credentials(accessKeyID: server.accessKeyID, secretAccessKey: "hush"))
    #expect(wrong.kind == .denied && wrong.message.contains("AWS_SECRET_ACCESS_KEY"))
    let missing = try await refusal(S3Location("s3://no-such-bucket", endpoint: server.endpoint), server.credentials)
    #expect(missing.kind == .noBucket && missing.message.contains("no-such-bucket"))
  }

  @Test(.enabled(if: SeaweedFS.isInstalled, noServer))
  func `a clock that is off is named by how much`() async throws {
    let server = try await SeaweedFS.shared()
    // What the answer takes is not counted, so that a slow answer makes the number smaller.
    let late = ShiftedClock(microseconds: -650 * 1_000_000)
    let error = try await refusal(server.place(), server.credentials, clock: late)
    #expect(error.kind == .denied && error.message.contains("clock is 6") && error.message.contains("behind"))
    let farOff = ShiftedClock(microseconds: 86_400 * 1_000_000)
    let other = try await refusal(server.place(), server.credentials, clock: farOff)
    #expect(other.kind == .denied && other.message.contains("clock"))
  }

  @Test(.enabled(if: SeaweedFS.isInstalled, noServer))
  func `opening a store leaves no object in the bucket`() async throws {
    try await withStore { store, _ in
      let keys = try await store.bucket.allKeys(prefix: store.location.prefix, after: nil)
      #expect(keys.isEmpty)
    }
  }

  @Test func `an unreachable store is named`() async throws {
    let gone = LoopbackServer { _, _ in }
    gone.stop()
    let error = try await refusal(S3Location("s3://bucket", endpoint: gone.url), .some)
    #expect(error.kind == .unavailable && error.message.contains(gone.url.dropFirst("http://".count)))
    // No attempt of any paper is counted for it.
    #expect(Failure(error).kind == Failure.machineKind)
  }

  @Test func `a store that does not keep If-None-Match is refused`() async throws {
    let lenient = LoopbackServer { connection, _ in
      while let (head, _) = connection.request() {
        let list = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        connection.answer(head.hasPrefix("DELETE") ? 204 : 200, [], head.hasPrefix("GET") ? Array(list.utf8) : [])
      }
    }
    let error = try await refusal(S3Location("s3://bucket", endpoint: lenient.url), .some)
    #expect(error.kind == .unsuitable && error.message.contains("If-None-Match"))
  }

  @Test(arguments: [
    (200, "<html>hello</html>"), (404, "not here"), (301, ""), (400, "<Error><Code>Odd</Code></Error>"),
    (501, "<Error><Code>NotImplemented</Code></Error>"),
  ])
  func `a server that is not S3 is named`(status: Int, body: String) async throws {
    let other = LoopbackServer { connection, _ in
      while let (head, _) = connection.request() {
        connection.answer(head.hasPrefix("PUT") ? 405 : status, [], Array(body.utf8))
      }
    }
    let error = try await refusal(S3Location("s3://bucket", endpoint: other.url), .some)
    #expect([.misuse, .unsuitable].contains(error.kind))
  }
}

extension S3Credentials {
  fileprivate static var some: S3Credentials { S3Credentials(accessKeyID: "A", secretAccessKey: "hush") }
}

/// The machine's clock, set wrong.
private struct ShiftedClock: WallClock {
  let microseconds: Int64
  var nowMicroseconds: Int64 { MachineClock().nowMicroseconds + microseconds }
  func wait(untilMicroseconds time: Int64) async throws {
    try await MachineClock().wait(untilMicroseconds: time - microseconds)
  }
}
