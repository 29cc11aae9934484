internal import Digests
internal import HTTPClient
internal import PaperModel
internal import XML

/// A bucket's objects. Requests that are safe to repeat are retried a few times with growing pauses if the store is
/// too busy or a connection was lost.
struct S3Bucket: Sendable {
  struct Info: Sendable {
    let size: Int64
    let lastModified: CivilTime?
    /// The store's own time when it answered.
    let now: CivilTime?
    /// The writer's mark that `put` stored with the object.
    let writer: String?
  }

  /// The outcome of a conditional put.
  enum Put: Sendable { case written, taken }

  /// A key in a list.
  struct Listed: Sendable {
    let key: String
    let size: Int64
    let lastModified: CivilTime?
  }

  /// A page of keys.
  struct Page: Sendable {
    var keys: [Listed] = []
    /// With a delimiter: the distinct key prefixes up to and including it.
    var prefixes: [String] = []
    /// The start of the next page; nil if this is the last.
    var next: String?
    /// The store's own time when it answered.
    var now: CivilTime?
  }

  let location: S3Location
  let transport: S3Transport

  private static let writerField = "x-amz-meta-writer"

  /// Writes an object unless its key exists.
  ///
  /// The answer is right whatever is lost on the way: every attempt carries the writer's mark, so a put whose answer
  /// was lost is recognised as one's own.
  /// - Throws: `S3Error`; if its kind is `unavailable`, the object may have been written.
  func putIfAbsent(_ key: String, _ bytes: [UInt8], digest: Digest? = nil) async throws -> Put {
    let writer = RandomBytes.make(16).lowercaseHex
    var request = S3Request("PUT", key, body: bytes, digest: digest)
    request.headers = [("If-None-Match", "*"), (Self.writerField, writer)]
    var problem: S3Error?
    for attempt in 0..<S3Transport.mostAttempts {
      try await transport.pause(before: attempt)
      do {
        let answer = try await transport.once(request)
        switch answer.status {
        case 200: return .written
        // libcurl also repeats a request on its own when a reused connection was closed.
        case 412: return try await info(of: key)?.writer == writer ? .written : .taken
        default: problem = transport.problem(request, answer)
        }
      } catch let error as S3Error { problem = error }
      if let problem, !problem.isRetriable { throw problem }
      if let found = try? await info(of: key) { return found.writer == writer ? .written : .taken }
    }
    throw problem ?? S3Error(.unavailable, "\(location): no answer; try again later.")
  }

  /// Writes an object, replacing any existing one.
  func put(_ key: String, _ bytes: [UInt8]) async throws {
    let request = S3Request("PUT", key, body: bytes)
    let answer = try await transport.answer(to: request)
    guard answer.status == 200 else { throw transport.problem(request, answer) }
  }

  /// The bytes of an object, or of a range of it; nil if it does not exist.
  /// - Throws: `S3Error`; of kind `misuse` if the object is larger than the limit.
  func get(_ key: String, range: ClosedRange<Int64>? = nil, atMost limit: Int) async throws -> [UInt8]? {
    var request = S3Request("GET", key)
    request.mostBytes = limit
    if let range { request.headers = [("Range", "bytes=\(range.lowerBound)-\(range.upperBound)")] }
    let answer = try await transport.answer(to: request)
    switch answer.status {
    case 200, 206: return answer.body
    case 404 where !transport.isBucketMissing(answer): return nil
    default: throw transport.problem(request, answer)
    }
  }

  /// The metadata of an object; nil if it does not exist.
  func info(of key: String) async throws -> Info? {
    let request = S3Request("HEAD", key)
    let answer = try await transport.answer(to: request)
    switch answer.status {
    case 200:
      guard let size = answer.headers["content-length"].flatMap({ Int64($0) }) else {
        throw S3Error(.unsuitable, "\(location): the store does not say the size of \(key); check the endpoint.")
      }
      return Info(
        size: size, lastModified: answer.headers["last-modified"].flatMap { CivilTime(http: $0) },
        now: answer.headers["date"].flatMap { CivilTime(http: $0) }, writer: answer.headers[Self.writerField])
    case 404: return nil
    default: throw transport.problem(request, answer)
    }
  }

  /// Removes an object, if it exists.
  func remove(_ key: String) async throws {
    let request = S3Request("DELETE", key)
    let answer = try await transport.answer(to: request)
    guard answer.status == 204 || answer.status == 200 || answer.status == 404 && !transport.isBucketMissing(answer)
    else { throw transport.problem(request, answer) }
  }

  /// A page of the keys with a prefix, in byte order, after a key or from where a page ended.
  func list(
    prefix: String, after key: String? = nil, delimiter: String? = nil, from next: String? = nil, most: Int = 1000
  ) async throws -> Page {
    var request = S3Request("GET", "")
    request.query = [("list-type", "2"), ("prefix", prefix), ("max-keys", String(most))]
    if let key { request.query.append(("start-after", key)) }
    if let delimiter { request.query.append(("delimiter", delimiter)) }
    if let next { request.query.append(("continuation-token", next)) }
    let answer = try await transport.answer(to: request)
    guard answer.status == 200 else { throw transport.problem(request, answer) }
    let root: XMLElement
    do { root = try XMLElement(document: answer.body) } catch { throw unreadable("\(error)") }
    guard root.name == "ListBucketResult" else { throw unreadable("It is a “\(root.name.prefix(60))”.") }
    var page = Page()
    page.now = answer.headers["date"].flatMap { CivilTime(http: $0) }
    for item in root.children("Contents") {
      guard let key = item["Key"], let size = item["Size"].flatMap({ Int64($0) }) else {
        throw unreadable("An object has no key or size.")
      }
      page.keys.append(
        Listed(key: key, size: size, lastModified: item["LastModified"].flatMap { CivilTime(list: $0) }))
    }
    page.prefixes = root.children("CommonPrefixes").compactMap { $0["Prefix"] }
    if root["IsTruncated"] == "true" {
      guard let next = root["NextContinuationToken"], !next.isEmpty else { throw unreadable("It has no next page.") }
      page.next = next
    }
    return page
  }

  func allKeys(prefix: String, after key: String?) async throws -> [Listed] {
    var page = try await list(prefix: prefix, after: key)
    var keys = page.keys
    while let next = page.next {
      page = try await list(prefix: prefix, after: key, from: next)
      keys += page.keys
    }
    return keys
  }

  private func unreadable(_ why: String) -> S3Error {
    S3Error(.unsuitable, "\(location): the store's list of objects can't be read; check the endpoint. \(why)")
  }
}
