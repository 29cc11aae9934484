import GeneratorTestSupport
import PaperModel
import Testing

@Suite struct MoneyTests {
  @Test func `a printed amount is read as the same amount`() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<100_000 {
      let width = UInt64(1 + random.below(59))
      let money = Money(nanodollars: Int64(random.next() >> (64 - width)))
      guard money.nanodollars < 1_000_000_000 * 1_000_000_000 else { continue }
      if Money(dollars: String(money.description.dropFirst())) != money { Issue.record("\(money)") }
    }
  }

  @Test(
    arguments: [
      ("15", 15_000_000_000), ("0.25", 250_000_000), ("0.000000001", 1), ("007", 7_000_000_000),
      ("999999999.999999999", 999_999_999_999_999_999), ("1000000000.00", 1_000_000_000_000_000_000),
    ] as [(String, Int64)])
  func `dollars are read exactly`(_ text: String, _ nanodollars: Int64) {
    #expect(Money(dollars: text) == Money(nanodollars: nanodollars))
  }

  @Test(arguments: [
    "", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", " 1", "1 ", "1.0000000001", "1000000000.000000001", "9223372036",
    "9223372037", "1.2.3", "٣", "0x1", "$1",
  ])
  func `other values are not amounts`(_ text: String) {
    #expect(Money(dollars: text) == nil)
  }

  @Test(
    arguments: [
      (0, "$0.00"), (1, "$0.000000001"), (3_400_000, "$0.0034"), (1_500_000_000, "$1.50"), (-250_000_000, "-$0.25"),
      (Int64.min, "-$9223372036.854775808"),
    ] as [(Int64, String)])
  func `amounts are printed with at least two decimals`(_ nanodollars: Int64, _ text: String) {
    #expect(Money(nanodollars: nanodollars).description == text)
  }

  @Test func `a device's time is never priced below its worth, and at most a nano-dollar above`() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<100_000 {
      let second = Int64(random.below(2_000_000_000))
      let nanoseconds = Int64(random.next() >> 12)
      guard second.multipliedReportingOverflow(by: nanoseconds / 1_000_000_000 + 1).overflow == false else { continue }
      let prices = Prices(date: "2026-11-01", cpuSecond: Money(nanodollars: second), gpuSecond: .zero)
      let price = prices.cpu(nanoseconds: nanoseconds).nanodollars
      let priced = price.multipliedFullWidth(by: 1_000_000_000)
      let worth = second.multipliedFullWidth(by: nanoseconds)
      let isEnough = priced.high > worth.high || (priced.high == worth.high && priced.low >= worth.low)
      let below = max(0, price - 1).multipliedFullWidth(by: 1_000_000_000)
      let isTight = price == 0 || below.high < worth.high || (below.high == worth.high && below.low < worth.low)
      if !isEnough || !isTight { Issue.record("\(second) × \(nanoseconds) = \(price)") }
    }
  }
}
