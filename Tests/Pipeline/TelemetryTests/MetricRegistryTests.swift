import Testing

@testable import Telemetry

@Suite struct MetricRegistryTests {
  private static let counter = Metric("a_total", .counter, "Back\\slash\nand line.", labels: ["x"])
  private static let gauge = Metric("b", .gauge, "A gauge.")
  private static let histogram = Metric("c_seconds", .histogram(buckets: [0.5, 2]), "Times.")

  @Test func `counters, gauges and histograms are written as Prometheus reads them`() {
    let registry = MetricRegistry([Self.counter, Self.gauge, Self.histogram])
    registry.add(to: Self.counter, "say \"hi\"\n\\")
    registry.add(2, to: Self.counter, "a")
    registry.set(Self.gauge, to: 0.25)
    for value in [0.1, 0.5, 1, 7] { registry.observe(value, in: Self.histogram) }
    #expect(
      registry.text == """
        # HELP a_total Back\\\\slash\\nand line.
        # TYPE a_total counter
        a_total{x="a"} 2
        a_total{x="say \\"hi\\"\\n\\\\"} 1
        # HELP b A gauge.
        # TYPE b gauge
        b 0.25
        # HELP c_seconds Times.
        # TYPE c_seconds histogram
        c_seconds_bucket{le="0.5"} 2
        c_seconds_bucket{le="2"} 3
        c_seconds_bucket{le="+Inf"} 4
        c_seconds_sum 8.6
        c_seconds_count 4

        """)
  }

  @Test func `labels with untrusted values do not fill the memory`() {
    let registry = MetricRegistry([Self.counter])
    for number in 0..<1000 { registry.add(to: Self.counter, "value-\(number)") }
    #expect(registry.value(of: Self.counter, "value-0") == 1)
    #expect(registry.value(of: Self.counter, "other") == 800)
    #expect(registry.text.split(separator: "\n").count == 2 + 201)
  }

  @Test func `concurrent increments are all counted`() async {
    let registry = MetricRegistry([Self.counter])
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { for _ in 0..<5000 { registry.add(to: Self.counter, "a") } } }
    }
    #expect(registry.value(of: Self.counter, "a") == 40_000)
  }

  @Test func `whole numbers are written exactly, also large ones`() {
    #expect(Exposition.number(1_234_567_890_123_456) == "1234567890123456")
    #expect(Exposition.number(-3) == "-3")
    #expect(Exposition.number(.infinity) == "+Inf")
    #expect(Exposition.number(.nan) == "NaN")
  }

  @Test func `each metric of the catalogue has a name of its own, a sentence and a row of the documentation's table`() {
    let all = MetricCatalogue.all
    #expect(Set(all.map(\.name)).count == all.count)
    #expect(all.allSatisfy { $0.help.hasSuffix(".") })
    #expect(all.allSatisfy { ($0.kind == .counter) == $0.name.hasSuffix("_total") })
    for metric in all { #expect(MetricCatalogue.markdown.contains("| `\(metric.name)` |")) }
  }
}
