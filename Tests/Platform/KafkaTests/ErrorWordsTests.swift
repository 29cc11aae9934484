import CRdKafka
import Testing

@testable import Kafka

@Suite("Words of errors")
struct ErrorWordsTests {
  private let old = ErrorContext(brokers: ["a:1", "b:2"], mechanism: "SCRAM-SHA-256", version: .init(2, 0, 2))
  private let new = ErrorContext(brokers: ["a:1", "b:2"], mechanism: "SCRAM-SHA-256", version: .init(2, 6, 1))

  @Test func `every code of the library has one sentence that says what to do`() {
    for number in -200...140 {
      let code = rd_kafka_resp_err_t(Int32(number))
      guard rd_kafka_err2name(code).map({ String(cString: $0) })?.contains("UNKNOWN?") == false else { continue }
      let error = new.error(code, subject: "work/3")
      #expect(error.message.hasSuffix("."), "\(error)")
      #expect(error.message.contains(";"), "what is wrong, then what to do: \(error)")
      #expect(!error.message.contains("\n"))
    }
  }

  @Test func `a SCRAM login that an old library can't make is not called a wrong password`() {
    let code = RD_KAFKA_RESP_ERR__AUTHENTICATION
    #expect(old.error(code).reason == .scramNeedsNewerLibrary)
    #expect(new.error(code, "invalid credentials").reason == .authenticationRefused)
    #expect(new.error(code, "invalid credentials").message.contains("a:1, b:2 refused the login with SCRAM-SHA-256"))
  }

  @Test(arguments: ["tlsv13 alert certificate required", "sslv3 alert bad certificate", "tlsv1 alert unknown ca"])
  func `a connection lost over the client's certificate is called that, and is not tried for ever`(words: String) {
    let error = new.error(RD_KAFKA_RESP_ERR__TRANSPORT, "Receive failed: error:0A00045C:SSL routines::\(words)")
    #expect(error.reason == .certificateRefused)
    #expect(error.isHopeless && !error.isRetriable)
  }

  @Test func `a lost connection passes, and a fatal error never does`() {
    let lost = new.error(RD_KAFKA_RESP_ERR__TRANSPORT, "Connection refused")
    #expect(lost.reason == .unreachable)
    #expect(lost.isRetriable && !lost.isHopeless && !lost.isFatal)
    let fatal = new.error(RD_KAFKA_RESP_ERR__TRANSPORT, "gone", isFatal: true)
    #expect(fatal.isFatal && !fatal.isRetriable)
  }
}
