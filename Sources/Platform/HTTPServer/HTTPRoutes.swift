/// Answers a request. Cancelled when the client hangs up, at the time limit, and when the server stops.
public typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPResponse

/// A table of handlers. The first matching route is taken.
public struct HTTPRoutes: Sendable {
  /// A line of the table.
  public struct Route: Sendable {
    let method: String
    let pattern: [Substring]
    let handler: HTTPHandler

    /// - Parameters:
    ///   - method: e.g. `GET`, which answers `HEAD` as well.
    ///   - pattern: a path such as `/papers/:name/log`: a part with a colon matches any one part that is not empty.
    public init(_ method: String, _ pattern: String, _ handler: @escaping HTTPHandler) {
      precondition(pattern.hasPrefix("/"), "a pattern is a path")
      self.method = method
      self.pattern = Self.parts(pattern[...])
      self.handler = handler
    }

    static func parts(_ path: Substring) -> [Substring] {
      path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    func accepts(_ asked: String) -> Bool { asked == method || (asked == "HEAD" && method == "GET") }

    /// The values of the names; nil if the path does not match.
    func values(of parts: [Substring]) -> [String: String]? {
      guard parts.count == pattern.count else { return nil }
      var values: [String: String] = [:]
      for (wanted, part) in zip(pattern, parts) {
        guard let text = PercentCoding.decoded(part, plusIsSpace: false) else { return nil }
        if wanted.hasPrefix(":") {
          guard !text.isEmpty else { return nil }
          values[String(wanted.dropFirst())] = text
        } else if text != wanted {
          return nil
        }
      }
      return values
    }
  }

  private let routes: [Route]

  /// A table.
  public init(_ routes: [Route]) { self.routes = routes }

  /// Answers with the handler of the first matching route; 404 if no path matches, 405 if only the method does not.
  public func respond(to request: HTTPRequest) async -> HTTPResponse {
    let parts = Route.parts(request.path)
    var allowed: [String] = []
    for route in routes {
      guard let values = route.values(of: parts) else { continue }
      guard route.accepts(request.method) else {
        allowed += route.method == "GET" ? ["GET", "HEAD"] : [route.method]
        continue
      }
      var request = request
      request.pathValues = values
      return await route.handler(request)
    }
    if allowed.isEmpty { return .text("There is nothing at this path.\n", status: 404) }
    var response = HTTPResponse.text("This path does not take \(request.method).\n", status: 405)
    response.headers.add("Allow", allowed.joined(separator: ", "))
    return response
  }
}
