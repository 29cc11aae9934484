/// Why bytes are no protobuf message.
enum MalformedMessage: Error, Hashable, Sendable {
  /// A field extends past the end of its message.
  case endsEarly
  /// A number has more than 64 bits.
  case numberTooLong
  /// A field number or wire type does not exist; groups count as such.
  case noSuchField
  /// A text is not UTF-8.
  case notText
  /// A field has more repetitions than any message of Shoal.
  case tooManyRepetitions

  /// The text after "the bytes are damaged:".
  var explanation: String {
    switch self {
    case .endsEarly: "a field goes on past the end"
    case .numberTooLong: "a number is longer than 64 bits"
    case .noSuchField: "a field has a number or wire type that does not exist"
    case .notText: "a text is not UTF-8"
    case .tooManyRepetitions: "a field is repeated more than \(FieldReader.mostRepetitions) times"
    }
  }
}
