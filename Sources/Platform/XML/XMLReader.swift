internal import CExpat

/// Expat's callbacks, gathered into a tree.
final class XMLReader {
  private static let mostBytes = 16 << 20
  private static let mostLevels = 64

  private var open: [XMLElement] = []
  private var root: XMLElement?
  private var refusal: String?

  static func read(_ document: [UInt8]) throws(XMLError) -> XMLElement {
    guard document.count <= mostBytes else { throw XMLError(line: 1, message: "it has over \(mostBytes) bytes") }
    guard let parser = XML_ParserCreate("UTF-8") else { preconditionFailure("out of memory") }
    defer { XML_ParserFree(parser) }
    let reader = XMLReader()
    let status = withExtendedLifetime(reader) {
      XML_SetUserData(parser, Unmanaged.passUnretained(reader).toOpaque())
      XML_SetElementHandler(parser, startHandler, endHandler)
      XML_SetCharacterDataHandler(parser, textHandler)
      XML_SetStartDoctypeDeclHandler(parser, doctypeHandler)
      return document.withUnsafeBytes { bytes in
        // Expat wants an address even for nothing.
        let start = bytes.bindMemory(to: CChar.self).baseAddress
        return withUnsafePointer(to: CChar(0)) { XML_Parse(parser, start ?? $0, Int32(bytes.count), 1) }
      }
    }
    let line = Int(XML_GetCurrentLineNumber(parser))
    if let refusal = reader.refusal { throw XMLError(line: line, message: refusal) }
    guard status == XML_STATUS_OK, let root = reader.root else {
      let words = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "it is cut short"
      throw XMLError(line: line, message: words)
    }
    return root
  }

  fileprivate func start(_ name: String) {
    if open.count == Self.mostLevels { refuse("it has over \(Self.mostLevels) levels") }
    guard refusal == nil else { return }
    let local = name.split(separator: ":").last.map(String.init) ?? name
    open.append(XMLElement(name: local))
  }

  fileprivate func end() {
    guard refusal == nil, let element = open.popLast() else { return }
    if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
  }

  fileprivate func add(_ text: UnsafeBufferPointer<UInt8>) {
    guard refusal == nil, !open.isEmpty else { return }
    open[open.count - 1].text += String(decoding: text, as: UTF8.self)
  }

  fileprivate func refuse(_ why: String) { refusal = refusal ?? why }
}

private func reader(_ context: UnsafeMutableRawPointer?) -> XMLReader {
  guard let context else { preconditionFailure("a callback without its reader") }
  return Unmanaged<XMLReader>.fromOpaque(context).takeUnretainedValue()
}

private let startHandler: XML_StartElementHandler = { context, name, _ in
  if let name { reader(context).start(String(cString: name)) }
}

private let endHandler: XML_EndElementHandler = { context, _ in reader(context).end() }

private let textHandler: XML_CharacterDataHandler = { context, start, count in
  start?.withMemoryRebound(to: UInt8.self, capacity: Int(count)) { bytes in
    reader(context).add(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }
}

private let doctypeHandler: XML_StartDoctypeDeclHandler = { context, _, _, _, _ in
  reader(context).refuse("it has a document type")
}
