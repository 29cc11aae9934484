internal import Digests
internal import HTTPClient
internal import PaperModel
internal import XML

/// A request to a bucket before it is signed.
struct S3Request: Sendable {
  var method: String
  /// The object's key; empty for the bucket itself.
  var key: String
  var query: [(name: String, value: String)] = []
  var headers: [(name: String, value: String)] = []
  var body: [UInt8]
  var digest: Digest
  /// The largest body that is accepted in the answer.
  var mostBytes = 16 << 20

  init(_ method: String, _ key: String, body: [UInt8] = [], digest: Digest? = nil) {
    self.method = method
    self.key = key
    self.body = body
    self.digest = digest ?? SHA256.digest(of: body)
  }
}

/// Signs requests, sends them, and turns failures into sentences.
struct S3Transport: Sendable {
  static let mostAttempts = 5

  let location: S3Location
  let signer: S3Signer
  let client: HTTPClient
  let clock: any WallClock

  /// Sends a request that is safe to repeat, with retries while the store is too busy or unreachable.
  func answer(to request: S3Request) async throws -> HTTPClient.Answer {
    for attempt in 0... {
      try await pause(before: attempt)
      let isLast = attempt == Self.mostAttempts - 1
      do {
        let answer = try await once(request)
        if isLast || !Self.isPassing(answer.status) { return answer }
      } catch let error as S3Error where error.isRetriable && !isLast { continue }
    }
    preconditionFailure("the last attempt returns or throws")
  }

  /// Sends a request once.
  /// - Throws: `S3Error` if no answer arrives.
  func once(_ request: S3Request) async throws -> HTTPClient.Answer {
    do { return try await client.answer(to: signed(request)) } catch let error as HTTPClientError {
      switch error.reason {
      case .bodyTooLarge:
        throw S3Error(.misuse, "\(location): \(request.key) has more than \(request.mostBytes) bytes.")
      case .tlsNotVerified, .invalidRequest: throw S3Error(.misuse, "\(location): \(error)")
      default: throw S3Error(.unavailable, "\(location): \(error)")
      }
    }
  }

  /// Pauses before a retry: 0.1 s, 0.2 s, 0.4 s, … plus up to as much again at random.
  func pause(before attempt: Int) async throws {
    guard attempt > 0 else { return }
    let most = Int64(100_000) << Int64(min(attempt - 1, 6))
    try await clock.wait(untilMicroseconds: clock.nowMicroseconds + most + Int64.random(in: 0...most))
  }

  /// The error for an unexpected answer.
  func problem(_ request: S3Request, _ answer: HTTPClient.Answer) -> S3Error {
    let body = try? XMLElement(document: answer.body)
    let code = body?["Code"] ?? ""
    let said = code.isEmpty ? "status \(answer.status)" : "status \(answer.status), \(code.prefix(60))"
    let what = "\(location) at \(location.endpoint)"
    switch code {
    case "NoSuchBucket":
      return S3Error(.noBucket, "\(what): there is no bucket “\(location.bucket)”; create it or correct the name.")
    case "InvalidAccessKeyId":
      return S3Error(.denied, "\(what) does not know the \(signer.credentials); correct AWS_ACCESS_KEY_ID.")
    case "SignatureDoesNotMatch":
      return S3Error(
        .denied, "\(what) refuses the signature of the \(signer.credentials); correct AWS_SECRET_ACCESS_KEY.")
    case "ExpiredToken", "InvalidToken":
      return S3Error(.denied, "\(what) refuses the session's token; get a new AWS_SESSION_TOKEN.")
    case "RequestTimeTooSkewed":
      return S3Error(.denied, "\(what) says that this machine's clock is wrong; set it.")
    case "AuthorizationHeaderMalformed", "PermanentRedirect":
      return S3Error(.misuse, "\(what) is not of region \(location.region) (\(said)); set AWS_REGION.")
    default: break
    }
    switch answer.status {
    case 401, 403:
      return S3Error(
        .denied,
        "\(what) refuses \(request.method) to the \(signer.credentials) (\(said)); give it the right to read,"
          + " write and list there, or correct the key.")
    case 409: return S3Error(.unavailable, "\(what) has another writer of \(request.key) just now; try again later.")
    case 501:
      return S3Error(.unsuitable, "\(what) can't do what \(request.method) asks for (\(said)); use another store.")
    case let status where Self.isPassing(status):
      return S3Error(.unavailable, "\(what) is too busy or ill (\(said)); try again later.")
    default: return S3Error(.misuse, "\(what) answers \(request.method) with \(said); check the endpoint.")
    }
  }

  /// Whether an answer of status 404 refers to the bucket and not to the object.
  func isBucketMissing(_ answer: HTTPClient.Answer) -> Bool {
    (try? XMLElement(document: answer.body))?["Code"] == "NoSuchBucket"
  }

  private static func isPassing(_ status: Int) -> Bool { [408, 429, 500, 502, 503, 504].contains(status) }

  private func signed(_ request: S3Request) -> OutgoingRequest {
    let key = S3Signer.escaped(request.key, keepingSlashes: true)
    let path = location.isPathStyle ? "/\(location.bucket)/\(key)" : "/\(key)"
    let fields = signer.fields(
      for: .init(
        method: request.method, path: path, query: request.query, headers: request.headers, host: location.host,
        payload: request.digest), atMicroseconds: clock.nowMicroseconds)
    let query = S3Signer.canonical(request.query)
    let url = "\(location.scheme)://\(location.host)\(path)\(query.isEmpty ? "" : "?\(query)")"
    var sent = OutgoingRequest(request.method, url, body: request.method == "PUT" ? .bytes(request.body) : .none)
    for (name, value) in request.headers + fields { sent.headers.add(name, value) }
    sent.limits.bodyBytes = request.mostBytes
    sent.limits.firstByte = .seconds(30)
    sent.limits.silence = .seconds(30)
    return sent
  }
}
