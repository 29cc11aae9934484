/// A token of a person's text: a word in lower case, a number as it is written, or a mark.
enum WordToken: Equatable {
  case word(String)
  case number(String)
  case mark(String)

  var text: String {
    switch self {
    case .word(let text), .number(let text), .mark(let text): text
    }
  }

  static func tokens(of text: String) -> [WordToken] {
    let characters = Array(text)
    var tokens: [WordToken] = []
    var place = 0
    while place < characters.count {
      let character = characters[place]
      if character.isWhitespace || character == "`" || character == "\"" || character == "'" {
        place += 1
      } else if let number = number(at: place, in: characters) {
        tokens.append(.number(number))
        place += number.count
      } else if character.isLetter || character == "_" {
        let end = characters[place...].firstIndex { !($0.isLetter || $0.isNumber || $0 == "_") } ?? characters.count
        tokens.append(.word(String(characters[place..<end]).lowercased()))
        place = end
      } else {
        tokens.append(.mark(String(character)))
        place += 1
      }
    }
    return tokens
  }

  /// The decimal number that begins here, with its sign if nothing stands right before that.
  private static func number(at start: Int, in text: [Character]) -> String? {
    func digits(from place: Int) -> Int {
      var end = place
      while end < text.count, text[end].isASCII, text[end].isNumber { end += 1 }
      return end
    }
    var place = start
    if text[place] == "-" || text[place] == "+" {
      guard start == 0 || !(text[start - 1].isNumber || text[start - 1].isLetter) else { return nil }
      place += 1
    }
    let whole = digits(from: place)
    var end = whole
    if whole < text.count, text[whole] == ".", digits(from: whole + 1) > whole + 1 { end = digits(from: whole + 1) }
    guard end > place, end > whole || whole > place else { return nil }
    if end < text.count, text[end] == "e" || text[end] == "E" {
      let sign = end + 1 < text.count && (text[end + 1] == "-" || text[end + 1] == "+") ? 1 : 0
      if digits(from: end + 1 + sign) > end + 1 + sign { end = digits(from: end + 1 + sign) }
    }
    return String(text[start..<end])
  }
}
