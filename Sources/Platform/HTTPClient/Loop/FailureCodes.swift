internal import CCurl

extension HTTPClientError.Reason {
  /// The meaning of a libcurl code for programs.
  init(_ code: CURLcode) {
    self =
      switch code {
      case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM,
        CURLE_BAD_CONTENT_ENCODING:
        .protocolViolation
      // Its own limit on one field, 100 KiB; libcurl versions differ in the code they report.
      case CURLE_OUT_OF_MEMORY, CURLcode(100): .headTooLarge  // CURLE_TOO_LARGE
      case CURLE_URL_MALFORMAT: .invalidRequest
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameNotResolved
      case CURLE_COULDNT_CONNECT, CURLE_PROXY: .refused
      case CURLE_OPERATION_TIMEDOUT: .timedOut(.connect)
      case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR,
        CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        .tlsNotVerified
      case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED: .tlsFailed
      default: .connectionLost
      }
  }
}
