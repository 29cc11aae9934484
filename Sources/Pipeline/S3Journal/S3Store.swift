internal import Digests
internal import HTTPClient
public import PaperModel

/// A store in a bucket: journals, blobs and baselines over shared connections.
public struct S3Store: Sendable {
  public let journal: S3Journal
  public let blobs: S3Blobs
  public let shelf: S3Baselines
  public let ideas: S3IdeaIndex
  public let location: S3Location
  let bucket: S3Bucket
  private let client: HTTPClient

  /// The largest accepted clock difference: S3 itself refuses signatures that are a quarter of an hour off.
  private static let mostSkewSeconds: Int64 = 300

  /// Opens a store after checking what it needs: that it is reachable, that the key may read, list, write and remove,
  /// that the clocks agree, and that it honours `If-None-Match: *`, on which every journal rests. Five requests.
  /// - Throws: `S3Error` that says what is wrong and what to do.
  public static func open(
    _ location: S3Location, credentials: S3Credentials, clock: any WallClock = MachineClock()
  ) async throws -> S3Store {
    try await open(location, credentials: credentials, clock: clock, age: nil)
  }

  static func open(
    _ location: S3Location, credentials: S3Credentials, clock: any WallClock, age: HeartbeatAge?
  ) async throws -> S3Store {
    let store: S3Store
    do {
      store = try S3Store(location, credentials: credentials, clock: clock, age: age)
    } catch let error as HTTPClientError { throw S3Error(.unavailable, "\(error)") }
    do {
      try await store.checkReach(clock)
      try await store.checkConditionalWrites()
    } catch {
      await store.close()
      throw error
    }
    return store
  }

  private init(
    _ location: S3Location, credentials: S3Credentials, clock: any WallClock, age: HeartbeatAge?
  ) throws {
    var settings = HTTPClient.Settings()
    settings.authoritiesFile = location.authoritiesFile
    client = try HTTPClient(settings)
    let transport = S3Transport(
      location: location, signer: S3Signer(credentials: credentials, region: location.region), client: client,
      clock: clock)
    bucket = S3Bucket(location: location, transport: transport)
    self.location = location
    journal = S3Journal(bucket, clock: clock, age: age)
    blobs = S3Blobs(bucket)
    shelf = S3Baselines(bucket)
    ideas = S3IdeaIndex(bucket, clock: clock)
  }

  /// Closes all connections; the store can't be used afterwards.
  public func close() async { await client.close() }

  private func checkReach(_ clock: any WallClock) async throws {
    var request = S3Request("GET", "")
    request.query = [("list-type", "2"), ("max-keys", "1"), ("prefix", location.key("journal/"))]
    // Without retries: the person at the command waits for the answer.
    let asked = CivilTime(microseconds: clock.nowMicroseconds).seconds
    let answer = try await bucket.transport.once(request)
    let answered = CivilTime(microseconds: clock.nowMicroseconds).seconds
    // The store wrote its date between the two, so only what lies outside of them is a difference of the clocks.
    let skew = answer.headers["date"].flatMap { CivilTime(http: $0) }.map { date in
      max(asked - date.seconds, 0) + min(answered - date.seconds, 0)
    }
    if let skew, abs(skew) > Self.mostSkewSeconds {
      throw S3Error(
        .denied,
        "\(location) at \(location.endpoint): this machine's clock is \(abs(skew)) seconds"
          + " \(skew > 0 ? "ahead of" : "behind") the store's; set it.")
    }
    guard answer.status == 200 else { throw bucket.transport.problem(request, answer) }
  }

  private func checkConditionalWrites() async throws {
    let key = location.key("probes/\(RandomBytes.make(16).lowercaseHex)")
    var request = S3Request("PUT", key, body: Array("a probe, to be removed\n".utf8))
    request.headers = [("If-None-Match", "*")]
    // Retried if the store is busy; then the first attempt may have taken the key itself.
    let first = try await bucket.transport.answer(to: request)
    guard first.status == 200 || first.status == 412 else { throw bucket.transport.problem(request, first) }
    request.body = Array("another probe, that must not be written\n".utf8)
    request.digest = SHA256.digest(of: request.body)
    let second = try await bucket.transport.answer(to: request)
    if second.status != 412 { try? await bucket.remove(key) }
    guard second.status == 412 else {
      guard second.status == 200 else { throw bucket.transport.problem(request, second) }
      throw S3Error(
        .unsuitable,
        "\(location) at \(location.endpoint): this store does not keep If-None-Match, so that journals"
          + " would not be safe; use another, or a newer version of it.")
    }
    try await bucket.remove(key)
  }
}
