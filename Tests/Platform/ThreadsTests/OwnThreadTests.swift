import Foundation
import Glibc
import Testing
import Threads

@Suite struct OwnThreadTests {
  private struct Refused: Error, Equatable {}

  @Test func `work runs on a thread of its own, by its name, and gives its value`() async {
    let seen = await OwnThread.run("own-thread-test") { FileManager.default.contents(atPath: "/proc/thread-self/comm") }
    #expect(seen == Data("own-thread-test\n".utf8))
  }

  @Test func `an error of the work is the caller's`() async {
    await #expect(throws: Refused()) {
      try await OwnThread.run("refusing") { () throws(Refused) -> Int in throw Refused() }
    }
  }

  @Test func `a thread takes no signals, and its starter still does`() async {
    @Sendable func blocksInterrupts() -> Bool {
      var mask = sigset_t()
      pthread_sigmask(SIG_SETMASK, nil, &mask)
      return sigismember(&mask, SIGINT) == 1
    }
    let before = blocksInterrupts()
    #expect(await OwnThread.run("signals", blocksInterrupts))
    #expect(OwnThread.start("signals") {} == 0 && blocksInterrupts() == before)
  }
}

@Suite struct LockTests {
  @Test func `concurrent changes are all applied`() async {
    let counter = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { for _ in 0..<1000 { counter.add() } } }
    }
    #expect(counter.value == 8000)
  }
}
