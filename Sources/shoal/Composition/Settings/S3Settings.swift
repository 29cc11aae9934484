/// How an S3 bucket is reached: by the environment, then by `s3:` in `shoal.yaml`. Keys come from the environment or
/// from the credentials file that other tools use, never from `shoal.yaml`.
struct S3Settings: Sendable, Equatable {
  /// `https://host[:port]`; Amazon's own if nil.
  var endpoint: String?
  var region = "us-east-1"
  /// Whether the bucket is part of the path rather than of the host name; most servers other than Amazon's need that.
  var isPathStyle = false
  /// The path of the authorities' certificates in PEM, for other servers.
  var authority: String?

  init() {}

  /// - Throws: `SettingsError` that names the setting.
  init(_ file: SettingsFile.S3?, environment: (String) -> String?) throws(SettingsError) {
    endpoint = environment("SHOAL_S3_ENDPOINT") ?? file?.endpoint
    region = environment("SHOAL_S3_REGION") ?? file?.region ?? environment("AWS_REGION") ?? "us-east-1"
    authority = (environment("SHOAL_S3_CA") ?? file?.ca).map(Settings.absolute)
    // Only Amazon's host names resolve for every bucket.
    isPathStyle = file?.pathStyle ?? (endpoint != nil)
    if let word = environment("SHOAL_S3_PATH_STYLE") {
      guard word == "true" || word == "false" else {
        throw SettingsError("SHOAL_S3_PATH_STYLE is “\(word)”; it is true or false")
      }
      isPathStyle = word == "true"
    }
    if let endpoint, !endpoint.hasPrefix("https://"), !endpoint.hasPrefix("http://") {
      throw SettingsError("s3: endpoint “\(endpoint)” is no address; write https://HOST or http://HOST:PORT")
    }
  }
}
