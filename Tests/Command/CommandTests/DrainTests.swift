import Glibc
import Testing

@testable import shoal

/// The end of a process that was asked to stop.
@Suite(.serialized) struct DrainTests {
  private var signals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGUSR2)
    return signals
  }

  @Test func `if the work does not end in time, the process ends`() {
    Drain.limit(to: .seconds(-60))
    defer { Drain.limit(to: .seconds(20)) }
    #expect(Drain.waitForEnd(signals) == nil)
  }

  @Test func `a second signal ends it at once`() {
    var signals = signals
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    pthread_kill(pthread_self(), SIGUSR2)
    #expect(Drain.waitForEnd(signals) == SIGUSR2)
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }
}
