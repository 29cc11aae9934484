import Digests
import FoundationEssentials
import Testing

@Suite struct DigestsTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `known texts have their known digests (FIPS 180-4)`(text: String, hex: String) {
    #expect(SHA256.digest(of: text).hex == hex)
  }

  @Test func `a million letters, in uneven pieces, have their known digest`() {
    var hash = SHA256()
    var left = 1_000_000
    var size = 1
    while left > 0 {
      hash.update(repeatElement(UInt8(ascii: "a"), count: min(size, left)))
      left -= min(size, left)
      size = size * 3 % 1000 + 1
    }
    #expect(hash.digest().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `bytes can be added after a digest was taken`() {
    var hash = SHA256()
    hash.update([UInt8]("ab".utf8))
    #expect(hash.digest() == SHA256.digest(of: "ab"))
    hash.update([UInt8]("c".utf8))
    #expect(hash.digest() == SHA256.digest(of: "abc"))
  }

  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func `known messages have their known codes (RFC 4231)`(key: [UInt8], text: String, hex: String) throws {
    let code = HMACSHA256.code(of: Array(text.utf8), key: key)
    #expect(code.hex == hex)
  }

  @Test(arguments: [
    "", "ba78", String(repeating: "A", count: 64), String(repeating: "g", count: 64), String(repeating: "0", count: 65),
    String(repeating: "é", count: 32),
  ])
  func `only 64 lower-case hexadecimal characters are a digest`(text: String) throws {
    #expect(Digest(hex: text) == nil)
    let json = try JSONEncoder().encode([text])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Digest].self, from: json) }
  }

  @Test func `a digest survives hex, JSON and bytes, and sorts as its text`() throws {
    let digests = (0..<50).map { SHA256.digest(of: "\($0)") }
    let json = try JSONEncoder().encode(digests)
    #expect(try JSONDecoder().decode([Digest].self, from: json) == digests)
    #expect(digests.map { Digest(hex: $0.hex) } == digests)
    #expect(digests.map { Digest(bytes: $0.bytes) } == digests)
    #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
    #expect(Digest(bytes: [1, 2]) == nil)
  }

  @Test func `random bytes are as many as asked for and not the same twice`() {
    #expect(RandomBytes.make(0).isEmpty)
    #expect(RandomBytes.make(32).count == 32)
    #expect(RandomBytes.make(32) != RandomBytes.make(32))
  }
}
