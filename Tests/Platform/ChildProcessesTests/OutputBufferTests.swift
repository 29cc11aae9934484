import Testing

@testable import ChildProcesses

@Suite struct OutputBufferTests {
  @Test(arguments: [1, 3, 7, 100, 1000])
  func `the beginning is kept, whatever the pieces`(piece: Int) {
    let whole = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var buffer = OutputBuffer(limit: 100, keeping: .beginning)
    for start in stride(from: 0, to: 1000, by: piece) { buffer.append(whole[start..<min(start + piece, 1000)]) }
    #expect(buffer.finished() == BoundedBytes(bytes: Array(whole.prefix(100)), totalBytes: 1000))
  }

  @Test(arguments: [1, 3, 7, 100, 1000])
  func `the end is kept, whatever the pieces`(piece: Int) {
    let whole = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var buffer = OutputBuffer(limit: 100, keeping: .end)
    for start in stride(from: 0, to: 1000, by: piece) { buffer.append(whole[start..<min(start + piece, 1000)]) }
    #expect(buffer.finished() == BoundedBytes(bytes: Array(whole.suffix(100)), totalBytes: 1000))
  }

  @Test func `a short output is whole, and a byte more drops the first`() {
    var buffer = OutputBuffer(limit: 3, keeping: .end)
    buffer.append([1, 2, 3])
    #expect(buffer.finished() == BoundedBytes(bytes: [1, 2, 3], totalBytes: 3))
    buffer.append([4])
    #expect(buffer.finished() == BoundedBytes(bytes: [2, 3, 4], totalBytes: 4))
  }
}
