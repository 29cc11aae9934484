/// An element of an XML document. Attributes, comments and processing instructions are left out.
public struct XMLElement: Sendable, Hashable {
  /// The name, without its prefix.
  public internal(set) var name: String
  /// The text in it, that of its children left out.
  public internal(set) var text = ""
  /// The elements in it, in their order.
  public internal(set) var children: [XMLElement] = []

  /// The text of the first child of a name; nil if there is none.
  public subscript(_ name: String) -> String? { children.first { $0.name == name }?.text }

  /// The children of a name.
  public func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

extension XMLElement {
  /// Reads a document of at most 16 MiB and 64 levels.
  /// - Throws: `XMLError` for anything that is no XML, and for a document type: nothing that we read has one, and its
  ///   entities can fill a machine's memory.
  public init(document: [UInt8]) throws(XMLError) { self = try XMLReader.read(document) }
}

/// Why a document can't be read.
public struct XMLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  public let message: String

  /// One sentence.
  public var description: String { "This is no XML that can be read: line \(line), \(message)." }
}
