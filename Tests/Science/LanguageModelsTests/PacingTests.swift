import Testing

@testable import LanguageModels

@Suite struct PacingTests {
  private func limits(requests: Int64? = nil, tokens: Int64? = nil, inFlight: Int64? = nil) -> LanguageModel.Limits {
    var limits = LanguageModel.Limits()
    (limits.requestsPerMinute, limits.tokensPerMinute, limits.inFlight) = (requests, tokens, inFlight)
    return limits
  }

  @Test func `the window doubles until the first limit, then halves, and then grows by one`() {
    var window = CallWindow(limits())
    #expect(window.width == 4)
    func serve() {
      let count = window.width
      for _ in 0..<count { #expect(window.start(at: 0, worst: 1) == .now) }
      #expect(window.start(at: 0, worst: 1) == .afterAnother)
      for _ in 0..<count { window.end(.served, began: 0, at: 0) }
    }
    serve()
    #expect(window.width == 8)
    serve()
    #expect(window.width == 16 && window.inFlight == 0)
    _ = window.start(at: 1, worst: 1)
    window.end(.limited(retryAfter: 0), began: 1, at: 2)
    #expect(window.width == 8)
    for _ in 0..<8 { _ = window.start(at: 3, worst: 1) }
    for _ in 0..<8 { window.end(.served, began: 3, at: 4) }
    #expect(window.width == 9)
  }

  @Test func `calls that were under way together cut the window once`() {
    var window = CallWindow(limits())
    for _ in 0..<4 { _ = window.start(at: 0, worst: 1) }
    for time in 1...4 { window.end(.limited(retryAfter: nil), began: 0, at: Double(time)) }
    #expect(window.width == 2)
  }

  @Test func `no call begins before the time that a provider asks for, and a longer wish extends a shorter one`() {
    var window = CallWindow(limits())
    _ = window.start(at: 0, worst: 1)
    _ = window.start(at: 0, worst: 1)
    window.end(.limited(retryAfter: 30), began: 0, at: 10)
    window.end(.limited(retryAfter: 1), began: 0, at: 11)
    #expect(window.start(at: 12, worst: 1) == .at(40))
    #expect(window.start(at: 40, worst: 1) == .now)
    window.end(.limited(retryAfter: 1e9), began: 40, at: 41)
    #expect(window.start(at: 42, worst: 1) == .at(41 + CallWindow.longestWait))
  }

  @Test func `requests and tokens of a minute are kept to`() {
    var window = CallWindow(limits(requests: 2, tokens: 1000))
    #expect(window.start(at: 0, worst: 600) == .now)
    #expect(window.start(at: 0, worst: 600) == .at(12))
    window.end(.served, began: 0, at: 1, unused: 500)
    #expect(window.start(at: 1, worst: 600) == .now)
    window.end(.served, began: 1, at: 2)
    guard case .at(let time) = window.start(at: 2, worst: 1) else {
      Issue.record("a third request within the minute")
      return
    }
    #expect(time > 25 && time <= 30)
  }

  @Test func `a call larger than a minute's tokens waits until all are there`() {
    var window = CallWindow(limits(tokens: 100))
    #expect(window.start(at: 0, worst: 5000) == .now)
    guard case .at(let time) = window.start(at: 0, worst: 1) else {
      Issue.record("a second call")
      return
    }
    #expect(time > 2900)
  }

  @Test func `a share of the limits is a share of all of them`() {
    var window = CallWindow(limits(requests: 60, inFlight: 8), share: 0.25)
    #expect(window.width == 2)
    for _ in 0..<15 {
      #expect(window.start(at: 0, worst: 1) == .now)
      window.end(.other, began: 0, at: 0)
    }
    #expect(window.start(at: 0, worst: 1) == .at(4))
  }

  @Test func `what says nothing about the place changes nothing`() {
    var window = CallWindow(limits())
    for _ in 0..<100 {
      _ = window.start(at: 0, worst: 1)
      window.end(.other, began: 0, at: 0)
    }
    #expect(window.width == 4 && window.inFlight == 0)
  }
}
