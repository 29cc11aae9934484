/// How an S3 bucket is reached: `s3:` of `shoal.yaml`, and the environment before it. Keys come from the environment or
/// from the credentials file that other tools use, never from `shoal.yaml`.
struct S3Settings: Sendable, Equatable {
  /// `https://host[:port]`; Amazon's own where nil.
  var endpoint: String?
  var region = "us-east-1"
  /// Whether the bucket stands in the path rather than in the host's name; what a server of one's own wants.
  var isPathStyle = false
  /// Certificates of authorities in PEM, for a server of one's own.
  var authority: String?

  init() {}

  /// - Throws: `SettingsError` that names the setting.
  init(_ file: SettingsFile.S3?, environment: (String) -> String?) throws(SettingsError) {
    endpoint = environment("SHOAL_S3_ENDPOINT") ?? file?.endpoint
    region = environment("SHOAL_S3_REGION") ?? file?.region ?? environment("AWS_REGION") ?? "us-east-1"
    authority = (environment("SHOAL_S3_CA") ?? file?.ca).map(Settings.absolute)
    // Amazon's own names are the only ones that can be counted on to resolve for every bucket.
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
