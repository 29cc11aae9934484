internal import CYAML

/// Builds the tree of values from the parser's events, within the limits.
struct TreeBuilder {
  private struct Open {
    let isMapping: Bool
    let anchor: String?
    let mark: YAMLMark
    var items: [YAMLNode] = []
    var keys: [(text: String, mark: YAMLMark)] = []
    var known: Set<String> = []
    var key: (text: String, mark: YAMLMark)?
    var size = 1
    var depth = 1
  }

  /// A finished value: how many values it stands for, and how deep they are nested.
  private struct Finished {
    let node: YAMLNode
    var size = 1
    var depth = 0
  }

  private let file: String
  private let limits: YAMLLimits
  private var stack: [Open] = []
  private var anchors: [String: Finished] = [:]
  private var nodeCount = 0
  private var documentCount = 0
  private(set) var root: YAMLNode?

  init(file: String, limits: YAMLLimits) {
    self.file = file
    self.limits = limits
  }

  /// Takes the next event; false once the text has ended.
  mutating func take(_ event: borrowing Event) throws(YAMLError) -> Bool {
    let mark = event.mark
    switch event.event.type {
    case YAML_STREAM_END_EVENT: return false
    case YAML_DOCUMENT_START_EVENT:
      documentCount += 1
      guard documentCount == 1 else { throw failure("a second document begins; one file holds one", mark) }
    case YAML_SEQUENCE_START_EVENT:
      let start = event.event.data.sequence_start
      try checkTag(start.tag, "seq", mark)
      try open(isMapping: false, anchor: string(start.anchor), mark)
    case YAML_MAPPING_START_EVENT:
      let start = event.event.data.mapping_start
      try checkTag(start.tag, "map", mark)
      try open(isMapping: true, anchor: string(start.anchor), mark)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: try close()
    case YAML_SCALAR_EVENT: try takeScalar(event, mark)
    case YAML_ALIAS_EVENT:
      guard let name = string(event.event.data.alias.anchor), let finished = anchors[name] else {
        throw failure("an alias of something that does not stand before it", mark)
      }
      try add(finished, mark)
    default: break
    }
    return true
  }

  private mutating func takeScalar(_ event: borrowing Event, _ mark: YAMLMark) throws(YAMLError) {
    let scalar = event.event.data.scalar
    let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    if let top = stack.indices.last, stack[top].isMapping, stack[top].key == nil {
      guard text != "<<" || scalar.style != YAML_PLAIN_SCALAR_STYLE else {
        throw failure("merge keys (“<<”) are not read; write the keys out", mark)
      }
      guard stack[top].known.insert(text).inserted else { throw failure("the key “\(text)” is given twice", mark) }
      stack[top].key = (text, mark)
      return
    }
    try checkTag(scalar.tag, "str", mark)
    let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
    let node = YAMLNode(content: isPlain ? .init(plain: text) : .string(text), mark: mark)
    let finished = Finished(node: node)
    try add(finished, mark)
    if let anchor = string(scalar.anchor) { anchors[anchor] = finished }
  }

  private mutating func open(isMapping: Bool, anchor: String?, _ mark: YAMLMark) throws(YAMLError) {
    if let top = stack.last, top.isMapping, top.key == nil { throw failure("a key must be a word", mark) }
    try checkDepth(stack.count + 1, mark)
    try countNodes(1, mark)
    stack.append(Open(isMapping: isMapping, anchor: anchor, mark: mark))
  }

  private mutating func close() throws(YAMLError) {
    let done = stack.removeLast()
    let pairs = zip(done.keys, done.items).map { YAMLNode.Pair(key: $0.text, mark: $0.mark, value: $1) }
    let node = YAMLNode(content: done.isMapping ? .mapping(pairs) : .list(done.items), mark: done.mark)
    let finished = Finished(node: node, size: done.size, depth: done.depth)
    if let anchor = done.anchor { anchors[anchor] = finished }
    try place(finished)
  }

  /// Adds a scalar or what an alias stands for: it counts for all of that, so that nothing small grows huge.
  private mutating func add(_ finished: Finished, _ mark: YAMLMark) throws(YAMLError) {
    if let top = stack.last, top.isMapping, top.key == nil { throw failure("a key must be a word", mark) }
    try countNodes(finished.size, mark)
    try checkDepth(stack.count + finished.depth, mark)
    try place(finished)
  }

  private mutating func place(_ finished: Finished) throws(YAMLError) {
    guard let top = stack.indices.last else {
      root = finished.node
      return
    }
    stack[top].size += finished.size
    stack[top].depth = max(stack[top].depth, finished.depth + 1)
    stack[top].items.append(finished.node)
    if let key = stack[top].key {
      stack[top].keys.append(key)
      stack[top].key = nil
    }
  }

  private mutating func countNodes(_ count: Int, _ mark: YAMLMark) throws(YAMLError) {
    nodeCount += count
    guard nodeCount <= limits.nodeCount else {
      throw failure("more than \(limits.nodeCount) values, aliases counted in full", mark)
    }
  }

  private func checkDepth(_ depth: Int, _ mark: YAMLMark) throws(YAMLError) {
    guard depth <= limits.depth else { throw failure("nested deeper than \(limits.depth) levels", mark) }
  }

  private func checkTag(
    _ tag: UnsafeMutablePointer<yaml_char_t>?, _ allowed: String, _ mark: YAMLMark
  ) throws(YAMLError) {
    guard let tag = string(tag), tag != "!", tag != "tag:yaml.org,2002:" + allowed else { return }
    throw failure("the tag “\(tag)” is not read; leave it out", mark)
  }

  private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func failure(_ message: String, _ mark: YAMLMark) -> YAMLError {
    YAMLError(file: file, mark: mark, message: message)
  }
}
