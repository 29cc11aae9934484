import Testing
import XML

@Suite struct XMLTests {
  private func read(_ text: String) throws -> XMLElement { try XMLElement(document: Array(text.utf8)) }

  @Test func `names, texts and children are read in their order`() throws {
    let root = try read(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <s:List xmlns:s="urn:example"><Key>a&amp;b &#x4e2d;</Key><!-- no --><Key><![CDATA[<c>]]></Key><Empty/></s:List>
      """)
    #expect(root.name == "List")
    #expect(root.children("Key").map(\.text) == ["a&b 中", "<c>"])
    #expect(root["Key"] == "a&b 中" && root["Empty"] == "" && root["Other"] == nil)
  }

  @Test(arguments: [
    "", "<a>", "<a></b>", "<a/><b/>", "text", "<a>&unknown;</a>", "<a b=c/>", "<a>\u{1}</a>", "{\"a\": 1}",
  ])
  func `invalid XML is refused with its line`(text: String) throws {
    let error = #expect(throws: XMLError.self) { try read(text) }
    #expect(error?.description.contains("line 1") == true)
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    #expect(throws: XMLError.self) { try XMLElement(document: Array("<a>".utf8) + [0xff, 0xfe] + Array("</a>".utf8)) }
  }

  @Test func `a document type is refused before its entities grow`() {
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>"
    let error = #expect(throws: XMLError.self) { try read(bomb) }
    #expect(error?.message == "it has a document type")
  }

  @Test func `a document that is too deep or too long is refused`() throws {
    let deep = String(repeating: "<a>", count: 65) + String(repeating: "</a>", count: 65)
    #expect(throws: XMLError.self) { try read(deep) }
    let allowed = String(repeating: "<a>", count: 64) + String(repeating: "</a>", count: 64)
    #expect(try read(allowed).name == "a")
    #expect(throws: XMLError.self) { try XMLElement(document: [UInt8](repeating: 32, count: (16 << 20) + 1)) }
  }
}
