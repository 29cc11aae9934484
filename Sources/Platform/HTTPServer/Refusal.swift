/// Why a request is not answered by a handler. The connection is closed after the answer, because further bytes on it
/// can't be trusted.
struct Refusal: Error, Hashable {
  let status: Int
  /// A sentence for the author of the client.
  let reason: String

  init(_ status: Int, _ reason: String) {
    self.status = status
    self.reason = reason
  }

  var response: HTTPResponse { .text(reason + "\n", status: status) }
}
