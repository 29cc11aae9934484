/// Reads what a provider means by a status and a body. The body is looked at first: a spent quota comes as the status
/// of a rate limit, and never heals by waiting.
enum RefusalReading {
  static func refusal(status: Int, error: ProviderError, retryAfterSeconds: Double?) -> Refusal {
    let words = "\(error.kind) \(error.message)".lowercased()
    func has(_ signs: String...) -> Bool { signs.contains { words.contains($0) } }
    let kind: Refusal.Kind
    switch status {
    case _ where has("insufficient_quota", "insufficient credit", "enforced_spend_limit", "billing", "credit balance"):
      kind = .quota
    case 402: kind = retryAfterSeconds == nil ? .quota : .later
    case 401, 403: kind = has("content_policy", "content_filter") ? .content : .settings
    case 404: kind = .settings
    case 413: kind = .tooLong
    case 408, 409, 425, 429, 500...599: kind = .later
    case _ where has("context_length", "exceed_context_size", "maximum context", "too long", "too many tokens"):
      kind = .tooLong
    case _ where has("content_filter", "content_policy", "content management", "safety"): kind = .content
    case _ where has("model_not_found", "invalid_api_key", "authentication"): kind = .settings
    default: kind = .invalid
    }
    return Refusal(kind, status: status, error, retryAfterSeconds: retryAfterSeconds)
  }

  /// The field of a request that the provider does not take, if it is one that may be left out.
  static func unsupportedField(_ body: JSONValue) -> String? {
    guard let field = body["error"]?["param"]?.text else { return nil }
    return ["max_tokens", "max_completion_tokens", "temperature", "seed", "stream_options"].contains(field)
      ? field : nil
  }

  /// `Retry-After` in seconds or milliseconds; nil for dates, wrong and negative values.
  static func wait(retryAfter: String?, milliseconds: String?) -> Double? {
    if let value = milliseconds.flatMap(Double.init), value >= 0, value.isFinite { return value / 1000 }
    guard let value = retryAfter.flatMap(Double.init), value >= 0, value.isFinite else { return nil }
    return value
  }
}
