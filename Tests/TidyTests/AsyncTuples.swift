/// Finds the tuples that tasks, task-group children and async closures return: Swift 6.3.1 miscompiles some of them
/// with optimisation (a tuple that holds a captured text, after an awaited call through an existential), and the
/// program dies.
struct AsyncTuples {
  private let characters: [Character]
  /// The line, counted from 0, of each line's first character.
  private let starts: [Int]
  private var blocks: [Block] = []

  private struct Block {
    enum Kind { case closure, function, control }
    let kind: Kind
    let begin: Int
    var end: Int
    let parent: Int?
  }

  /// - Parameter code: lines without comments and the insides of literals.
  init(_ code: [String]) {
    characters = Array(code.joined(separator: "\n"))
    var starts = [0]
    for (index, character) in characters.enumerated() where character == "\n" { starts.append(index + 1) }
    self.starts = starts
    findBlocks()
  }

  /// The lines that return such a tuple or declare it as a result, counted from 0.
  var lines: [Int] {
    let declared = starts.indices.filter { index in
      let end = index + 1 < starts.count ? starts[index + 1] : characters.count
      return Self.declares(String(characters[starts[index]..<end]))
    }
    let returned = returns.filter { isTuple(at: $0) && isInAsyncClosure($0) }
    let implied = blocks.filter { $0.kind == .closure && isAsync($0) }.compactMap(result).filter(isTuple)
    return Set(declared + (returned + implied).map(line)).sorted()
  }

  /// `TaskGroup(of: (A, B).self)`, `Task<(A, B), Never>`, `async let a = (b, c)` and `{ a async -> (B, C) in`.
  private static func declares(_ line: String) -> Bool {
    guard ["of: (", "Task<(", "async let", "async"].contains(where: line.contains) else { return false }
    if line.contains(#/Group\(\s*of: \((?!any )[^()]*,/#) || line.contains(#/Task<\((?!any )[^()]*,/#) { return true }
    if line.contains(#/async let (\w+(: [^=]*)? = \([^()]*(\([^()]*\)[^()]*)*,|\()/#) { return true }
    return line.contains(#/\basync( throws(\(\w+\))?)? -> \((?!any )[^()]*,.*\) in\b/#)
  }

  /// The positions of the values of `return`.
  private var returns: [Int] {
    let word = Array("return (")
    guard characters.count >= word.count else { return [] }
    return (0...(characters.count - word.count)).filter { index in
      characters[index] == "r" && characters[index..<(index + word.count)].elementsEqual(word)
    }.map { $0 + word.count - 1 }
  }

  private func line(_ position: Int) -> Int { starts.lastIndex { $0 <= position } ?? 0 }

  /// Whether the parenthesis here has several elements and is a value by itself.
  private func isTuple(at position: Int) -> Bool {
    var depth = 0
    var hasComma = false
    for index in position..<characters.count {
      switch characters[index] {
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case ",": hasComma = hasComma || depth == 1
      default: break
      }
      if depth == 0 {
        let next = characters[(index + 1)...].first { $0 != " " } ?? "\n"
        return hasComma && ["\n", "}", ";"].contains(next)
      }
    }
    return false
  }

  private func isInAsyncClosure(_ position: Int) -> Bool {
    var next = blocks.lastIndex { $0.begin < position && position < $0.end }
    while let index = next, blocks[index].kind == .control { next = blocks[index].parent }
    guard let index = next else { return false }
    return blocks[index].kind == .closure && isAsync(blocks[index])
  }

  private func isAsync(_ block: Block) -> Bool {
    String(characters[block.begin..<block.end]).contains(#/\bawait\b/#)
  }

  /// The position of the value of a closure that is one expression in parentheses.
  private func result(of block: Block) -> Int? {
    var begin = block.begin + 1
    let body = String(characters[begin..<block.end])
    // `in` ends the closure's head if only captures, names and types stand before it.
    if let head = body.prefixMatch(of: #/[^\n{}=]*\bin\b/#) { begin += head.output.count }
    guard let first = characters[begin..<block.end].firstIndex(where: { !$0.isWhitespace }) else { return nil }
    guard characters[first] == "(" else { return nil }
    return first
  }

  private mutating func findBlocks() {
    var open: [Int] = []
    for (index, character) in characters.enumerated() {
      if character == "{" {
        blocks.append(Block(kind: kind(at: index), begin: index, end: characters.count, parent: open.last))
        open.append(blocks.count - 1)
      } else if character == "}", let block = open.popLast() {
        blocks[block].end = index
      }
    }
  }

  /// The kind of block that a brace opens, by the text before it.
  private func kind(at brace: Int) -> Block.Kind {
    var depth = 0
    var first = brace
    while first > 0 {
      let before = characters[first - 1]
      if before == ")" || before == "]" { depth += 1 }
      if before == "(" || before == "[" { depth -= 1 }
      if depth < 0 { return .closure }
      if depth == 0, before == "\n" || before == "{" || before == ";" { break }
      first -= 1
    }
    let head = String(characters[first..<brace])
    if head.allSatisfy(\.isWhitespace) || head.contains(#/(\belse|\bdo|\bdefer|\brepeat) *$/#) { return .control }
    if head.contains(#/^[ }]*(\w+: )?(if|for|while|switch|catch|do)\b/#) || head.contains(#/^ *\} *catch\b/#) {
      return .control
    }
    let types = #/^[ }]*([@a-zA-Z]+(\(\w+\))? )*(struct|class|enum|actor|extension|protocol)\b/#
    let functions = #/^[ }]*([@a-zA-Z]+(\(\w+\))? )*(func|init|subscript)\b/#
    if head.contains(types) || head.contains(functions) { return .function }
    if head.contains(#/\b(var|let) [^=]*$/#) || head.contains(#/^ *(get|set|willSet|didSet|_modify|_read)\b/#) {
      return .function
    }
    return .closure
  }
}
