internal import FoundationEssentials
public import HTTPServer

/// Serves `/metrics`, `/healthz` and `/readyz` of a worker.
public struct MetricsServer: Sendable {
  private let server: HTTPServer
  /// The address that it listens on, with the port that the system chose.
  public var address: HTTPAddress { server.address }

  /// Starts serving.
  /// - Parameter address: e.g. `127.0.0.1:9464`, or `unix:PATH`.
  /// - Throws: if the address is invalid or can't be listened on.
  public init(_ address: String, _ telemetry: WorkerTelemetry) throws(HTTPServerError) {
    var limits = HTTPServerLimits()
    limits.connections = 64
    limits.bodyBytes = 0
    limits.handler = .seconds(10)
    server = try HTTPServer(try HTTPAddress(address), limits: limits, routes: Self.routes(telemetry))
  }

  public func stop() async { await server.stop(drainLimit: .seconds(2)) }

  static func routes(_ telemetry: WorkerTelemetry) -> [HTTPRoutes.Route] {
    [
      .init("GET", "/metrics") { _ in
        .bytes(Array(telemetry.metricsText.utf8), type: "text/plain; version=0.0.4; charset=utf-8")
      },
      .init("GET", "/healthz") { _ in answer(telemetry.liveness, telemetry) },
      .init("GET", "/readyz") { _ in answer(telemetry.readiness, telemetry) },
    ]
  }

  /// The answer to a probe.
  private struct Answer: Encodable {
    let status: String
    let reasons: [String]
    let inHand: Int
    let secondsSinceProgress: Int64
  }

  private static func answer(_ verdict: WorkerHealth.Verdict, _ telemetry: WorkerTelemetry) -> HTTPResponse {
    let state = telemetry.state
    let answer = Answer(
      status: verdict.isGood ? "yes" : "no", reasons: verdict.reasons, inHand: state.inHand,
      secondsSinceProgress: state.sinceProgress.components.seconds)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(answer) else {
      return .text("The answer could not be written.\n", status: 500)
    }
    return .json(Array(bytes) + [UInt8(ascii: "\n")], status: verdict.isGood ? 200 : 503)
  }
}
