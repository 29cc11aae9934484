/// A second of the Gregorian calendar in UTC, in the formats that S3 uses.
struct CivilTime: Equatable {
  /// Since 1970.
  let seconds: Int64

  init(microseconds: Int64) { seconds = Int64((Double(microseconds) / 1_000_000).rounded(.down)) }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Reads a date of HTTP, e.g. `Wed, 25 Nov 2026 03:35:10 GMT`.
  init?(http text: String) {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = Int64(words[1]), let year = Int64(words[3]),
      let month = Self.months.firstIndex(of: String(words[2])), (1970...9999).contains(year), (1...31).contains(day)
    else { return nil }
    let clock = words[4].split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
    else { return nil }
    let days = Self.days(year: year, month: Int64(month + 1), day: day)
    seconds = days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
  }

  /// Reads a date of a list of objects, e.g. `2026-11-25T03:35:10.000Z`, to the second.
  init?(list text: String) {
    guard text.hasSuffix("Z"), text.utf8.count >= 20 else { return nil }
    let words = text.prefix(19).split(separator: "T", omittingEmptySubsequences: false)
    guard words.count == 2 else { return nil }
    let date = words[0].split(separator: "-").compactMap { Int64($0) }
    let clock = words[1].split(separator: ":").compactMap { Int64($0) }
    guard date.count == 3, (1970...9999).contains(date[0]), (1...12).contains(date[1]), (1...31).contains(date[2]),
      clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
    else { return nil }
    seconds =
      Self.days(year: date[0], month: date[1], day: date[2]) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
  }

  /// `20261125T033510Z`.
  var compact: String {
    let (year, month, day) = Self.date(days: seconds / 86_400)
    let rest = seconds % 86_400
    return Self.digits(year, 4) + Self.digits(month, 2) + Self.digits(day, 2) + "T" + Self.digits(rest / 3600, 2)
      + Self.digits(rest / 60 % 60, 2) + Self.digits(rest % 60, 2) + "Z"
  }

  // Both conversions follow Howard Hinnant's “chrono-compatible low-level date algorithms”, where years begin in
  // March.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = (shifted / 400, shifted % 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let index = (5 * dayOfYear + 2) / 153
    let month = index < 10 ? index + 3 : index - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * index + 2) / 5 + 1)
  }

  private static func digits(_ value: Int64, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
