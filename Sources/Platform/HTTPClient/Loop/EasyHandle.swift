internal import CCurl

/// One of libcurl's transfers, reused; freed with its owner. Only the loop's thread touches it.
final class EasyHandle {
  /// An option that libcurl refused.
  struct Refused: Error {
    let detail: String
  }

  let pointer: UnsafeMutableRawPointer
  private var list: UnsafeMutablePointer<curl_slist>?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  init() {
    guard let pointer = curl_easy_init() else { preconditionFailure("out of memory") }
    self.pointer = pointer
    errorText[0] = 0
  }

  deinit {
    curl_easy_cleanup(pointer)
    curl_slist_free_all(list)
    errorText.deallocate()
  }

  /// Forgets all settings; connections stay.
  func reset() {
    curl_easy_reset(pointer)
    curl_slist_free_all(list)
    list = nil
    errorText[0] = 0
  }

  /// libcurl's message for a code, or the more exact one for this transfer.
  func explanation(of code: CURLcode) -> String {
    errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
  }

  /// Sets all that a transfer needs.
  func prepare(_ transfer: Transfer, _ settings: HTTPClient.Settings) throws(Refused) {
    let request = transfer.request
    try set(CURLOPT_URL, request.url)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_PATH_AS_IS, 1)
    try set(CURLOPT_NOSIGNAL, 1)
    // A name that is being resolved when the transfer ends is left to its thread instead of being waited for.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_TCP_KEEPALIVE, 1)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    try set(CURLOPT_BUFFERSIZE, 64 << 10)
    try set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.limits.connect))
    try set(CURLOPT_PROXY, settings.proxy ?? "")
    if !request.mayUseKeptConnection {
      try set(CURLOPT_FRESH_CONNECT, 1)
      try set(CURLOPT_FORBID_REUSE, 1)
    }
    if let path = request.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
    if let file = settings.authoritiesFile {
      try set(CURLOPT_CAINFO, file)
      try check(ccurl_set_text(pointer, CURLOPT_CAPATH, nil))
    }
    try setVersion(settings.version, isEncrypted: transfer.target.isEncrypted)
    try setMethodAndBody(transfer)
    try setHeaders(request.headers)
    try setCallbacks(transfer)
  }

  private func setVersion(_ version: HTTPClient.Settings.Version, isEncrypted: Bool) throws(Refused) {
    switch version {
    case .http1: try set(CURLOPT_HTTP_VERSION, 2)  // CURL_HTTP_VERSION_1_1
    case .negotiated: try set(CURLOPT_HTTP_VERSION, 4)  // CURL_HTTP_VERSION_2TLS
    case .http2: try set(CURLOPT_HTTP_VERSION, 5)  // CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
    }
    // Wait for a connection that may take many streams, rather than open one for each.
    let maySpeakHTTP2 = version == .http2 || (version == .negotiated && isEncrypted)
    try set(CURLOPT_PIPEWAIT, maySpeakHTTP2 ? 1 : 0)
  }

  private func setMethodAndBody(_ transfer: Transfer) throws(Refused) {
    let method = transfer.request.method
    if method == "HEAD" {
      try set(CURLOPT_NOBODY, 1)
      return
    }
    var hasBody = ["PUT", "POST", "PATCH"].contains(method)
    if case .none = transfer.request.body {} else { hasBody = true }
    if hasBody {
      try set(CURLOPT_UPLOAD, 1)
      try set(CURLOPT_UPLOAD_BUFFERSIZE, (transfer.upload.length ?? .max) > 64 << 10 ? 256 << 10 : 16 << 10)
      try check(ccurl_set_offset(pointer, CURLOPT_INFILESIZE_LARGE, curl_off_t(transfer.upload.length ?? -1)))
    }
    try set(CURLOPT_CUSTOMREQUEST, method)
  }

  private func setHeaders(_ headers: HTTPFields) throws(Refused) {
    // Blank: libcurl would wait a second for a permission to send the body.
    var lines = ["Expect:"]
    if headers["accept"] == nil { lines.append("Accept:") }
    lines += headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    for line in lines {
      guard let longer = curl_slist_append(list, line) else { throw Refused(detail: "out of memory") }
      list = longer
    }
    try check(ccurl_set_list(pointer, CURLOPT_HTTPHEADER, list))
  }

  private func setCallbacks(_ transfer: Transfer) throws(Refused) {
    // Kept alive by the loop for as long as libcurl has the transfer.
    let context = Unmanaged.passUnretained(transfer).toOpaque()
    for option in [
      CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_PREREQDATA, CURLOPT_PRIVATE,
    ] { try check(ccurl_set_pointer(pointer, option, context)) }
    try check(ccurl_set_data_callback(pointer, CURLOPT_WRITEFUNCTION, bodyCallback))
    try check(ccurl_set_data_callback(pointer, CURLOPT_HEADERFUNCTION, headerCallback))
    try check(ccurl_set_data_callback(pointer, CURLOPT_READFUNCTION, uploadCallback))
    try check(ccurl_set_seek_callback(pointer, rewindCallback))
    try check(ccurl_set_prerequest_callback(pointer, connectedCallback))
    try check(ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
  }

  private func set(_ option: CURLoption, _ value: Int) throws(Refused) {
    try check(ccurl_set_long(pointer, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(Refused) {
    try check(ccurl_set_text(pointer, option, value))
  }

  private func check(_ code: CURLcode) throws(Refused) {
    if code != CURLE_OK { throw Refused(detail: String(cString: curl_easy_strerror(code))) }
  }

  private static func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return Int(min(max(0, seconds), 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000).clamped(from: 1)
  }
}

extension Int {
  fileprivate func clamped(from least: Int) -> Int { Swift.max(self, least) }
}
