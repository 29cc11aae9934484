/// A key pair of an S3 store. Its description and its mirror never show the secret.
public struct S3Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The key's name, which is not secret.
  public let accessKeyID: String
  let secretAccessKey: String
  let sessionToken: String?

  /// A key pair, with a session token if it is temporary.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  /// The key pair in an environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
  /// - Throws: `S3Error` that names the missing variable.
  public init(environment: [String: String]) throws(S3Error) {
    func variable(_ name: String) throws(S3Error) -> String {
      if let value = environment[name], !value.isEmpty { return value }
      throw S3Error(
        .denied,
        "\(name) is not set; S3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or a"
          + " credentials file named in shoal.yaml.")
    }
    self.init(
      accessKeyID: try variable("AWS_ACCESS_KEY_ID"), secretAccessKey: try variable("AWS_SECRET_ACCESS_KEY"),
      sessionToken: environment["AWS_SESSION_TOKEN"].flatMap { $0.isEmpty ? nil : $0 })
  }

  /// The key pair of a profile in a credentials file of AWS's own format: `aws_access_key_id`,
  /// `aws_secret_access_key` and `aws_session_token` below `[profile]`.
  /// - Parameter path: the file's name, for errors.
  /// - Throws: `S3Error` that names the file and what is missing in it, never a value.
  public init(file text: String, path: String, profile: String = "default") throws(S3Error) {
    var isInside = false
    var values: [Substring: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let line = Self.trimmed(line)
      if line.hasPrefix("[") {
        isInside = line == "[\(profile)]"
      } else if isInside, !line.hasPrefix("#"), !line.hasPrefix(";"), let sign = line.firstIndex(of: "=") {
        values[Self.trimmed(line[..<sign])] = String(Self.trimmed(line[line.index(after: sign)...]))
      }
    }
    guard let name = values["aws_access_key_id"], let secret = values["aws_secret_access_key"], !name.isEmpty,
      !secret.isEmpty
    else {
      throw S3Error(
        .denied, "\(path) has no aws_access_key_id and aws_secret_access_key below [\(profile)]; add them.")
    }
    self.init(accessKeyID: name, secretAccessKey: secret, sessionToken: values["aws_session_token"])
  }

  public var description: String { "key \(accessKeyID)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
