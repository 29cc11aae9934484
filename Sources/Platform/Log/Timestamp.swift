/// Times for people and for logs.
public enum Timestamp {
  /// A time in RFC 3339, UTC, to the millisecond.
  public static func text(microseconds: Int64) -> String { timestamp(milliseconds: floor(microseconds, 1000)) }
}

/// A time in RFC 3339, UTC, to the millisecond.
func timestamp(nanoseconds: Int64) -> String { timestamp(milliseconds: floor(nanoseconds, 1_000_000)) }

private func timestamp(milliseconds: Int64) -> String {
  let day = floor(milliseconds, 86_400_000)
  let rest = milliseconds - day * 86_400_000
  let (year, month, dayOfMonth) = date(daysSince1970: day)
  let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { padded($0, 2) }.joined(separator: ":")
  return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(time).\(padded(rest % 1000, 3))Z"
}

/// The Gregorian date, by Howard Hinnant's `civil_from_days`.
private func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = days + 719_468
  let era = floor(shifted, 146_097)
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shiftedMonth = (5 * dayOfYear + 2) / 153
  let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}

private func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
  value >= 0 ? value / divisor : -((-(value + 1)) / divisor) - 1
}

private func padded(_ value: Int64, _ width: Int) -> String {
  let text = "\(value)"
  return String(repeating: "0", count: max(0, width - text.count)) + text
}
