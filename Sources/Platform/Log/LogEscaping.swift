/// The text in double quotes, escaped as JSON.
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    default: append(scalar, to: &result)
    }
  }
  return result + "\""
}

/// The text with everything escaped that could move a terminal's cursor or turn its writing around.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars { append(scalar, to: &result) }
  return result
}

private func append(_ scalar: Unicode.Scalar, to result: inout String) {
  switch scalar.value {
  case 0x0a: result += "\\n"
  case 0x0d: result += "\\r"
  case 0x09: result += "\\t"
  // C0, DEL and C1 controls, line separators, and marks that reverse the direction of writing.
  case 0..<0x20, 0x7f...0x9f, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069:
    let hex = String(scalar.value, radix: 16)
    result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
  default: result.unicodeScalars.append(scalar)
  }
}
