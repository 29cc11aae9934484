internal import Glibc

/// Why a server could not be started, and what to do, in one sentence.
public enum HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The text is no address.
  case notAnAddress(String)
  /// Something else listens there.
  case inUse(String)
  /// The address can't be listened on, for the reason of this `errno`.
  case cannotListen(String, code: Int32)
  /// The process may not open enough descriptors for the connections that the limits allow.
  case tooFewDescriptors(needed: Int, allowed: Int)
  /// The library was built without TLS.
  case withoutTLS
  /// The library refused to start; with TLS most often because of the certificate or its key.
  case notStarted(withTLS: Bool, code: Int32)
  /// The system refused something that a server needs (a thread, a descriptor).
  case system(call: String, code: Int32)

  /// One sentence with the cause and what to do.
  public var description: String {
    switch self {
    case .notAnAddress(let text):
      "\"\(text)\" is no address to listen on; write HOST:PORT with a numeric host, e.g. 127.0.0.1:9464, or unix:PATH."
    case .inUse(let address):
      "Something else listens on \(address) already; stop it or choose another address."
    case .cannotListen(let address, let code):
      "\(address) can't be listened on: \(errorText(code)); choose an address of this machine that the user may use."
    case .tooFewDescriptors(let needed, let allowed):
      "The server needs \(needed) open files and the process may have \(allowed); raise the limit (ulimit -n) "
        + "or allow fewer connections."
    case .withoutTLS:
      "The installed libmicrohttpd can't do TLS; install one that was built with GnuTLS, or serve without TLS."
    case .notStarted(let withTLS, let code):
      withTLS
        ? "The server with TLS did not start (\(errorText(code))); check that certificate and key are PEM and belong "
          + "together."
        : "The server did not start: \(errorText(code)); raise the limits on threads and open files."
    case .system(let call, let code):
      "The server did not start, for \(call) failed: \(errorText(code)); raise the limits on threads and open files."
    }
  }
}

/// The system's message for an error number.
func errorText(_ code: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  strerror_r(code, &buffer, buffer.count)
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
