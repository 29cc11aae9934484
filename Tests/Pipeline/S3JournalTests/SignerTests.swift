import Digests
import ServiceTestSupport
import Testing

@testable import S3Journal

@Suite("Signatures of S3", .timeLimit(.minutes(10))) struct SignerTests {
  private static let keys = [
    "plain", "a/b/c", "a//b", "./a/../b", "sp ace", "plus+sign", "per%20cent", "q?uestion", "ha#sh", "co:lon", "a&b=c",
    "!*'()", "~-_.", "tab\there", "ümläut/中文/😀", "[brackets]", "semi;colon,comma", "$@", "\"quoted\"<>",
    "back\\slash^`{|}",
  ]
  private static let queries: [[(name: String, value: String)]] = [
    [], [("list-type", "2"), ("prefix", "a b/ü"), ("delimiter", "/"), ("start-after", "x!0")], [("uploads", "")],
    [("b", "2"), ("a", "1"), ("a-b", "+"), ("A", "%"), ("a", "0")], [("continuation-token", "1/+=&?#")],
    [("k:", "~*'()")],
  ]

  @Test(.enabled(if: TestTools.has("python3"), Comment(rawValue: TestTools.missing)))
  func `every awkward key, query and field is signed as botocore signs it`() async throws {
    var lines: [String] = []
    var ours: [String] = []
    for (index, key) in Self.keys.enumerated() {
      for (number, query) in Self.queries.enumerated() {
        let token = (index + number) % 3 == 0 ? "to/ken+==" : nil
        let signer = S3Signer(
          credentials: S3Credentials(accessKeyID: "AKID", secretAccessKey: "se/cr+et", sessionToken: token),
          region: "eu-central-1")
        let method = ["GET", "PUT", "HEAD", "DELETE"][(index + number) % 4]
        let body = method == "PUT" ? Array("body \(index)".utf8) : []
        let path = "/bucket/" + S3Signer.escaped(key, keepingSlashes: true)
        let headers = method == "PUT" ? [("If-None-Match", "*"), ("x-amz-meta-writer", "a  b ")] : []
        let fields = signer.fields(
          for: .init(
            method: method, path: path, query: query, headers: headers, host: "127.0.0.1:9000",
            payload: SHA256.digest(of: body)), atMicroseconds: 1_800_000_000_123_456 + Int64(index) * 86_400_000_000)
        ours.append(fields.last?.value ?? "")
        let url = "http://127.0.0.1:9000\(path)\(query.isEmpty ? "" : "?")\(S3Signer.canonical(query))"
        lines.append(
          [method, url, body.lowercaseHex, token ?? "", String(1_800_000_000 + index * 86_400)].joined(separator: "\t"))
      }
    }
    let output = try await TestTools.python(Self.botocore, input: lines.joined(separator: "\n"))
    let theirs = output.split(separator: "\n").map(String.init)
    #expect(theirs.count == ours.count)
    for (line, (own, other)) in zip(lines, zip(ours, theirs)) { #expect(own == other, "\(line)") }
  }

  private static let botocore = """
    import botocore.auth, botocore.credentials, datetime, sys
    from botocore.awsrequest import AWSRequest
    for line in sys.stdin.read().split("\\n"):
        method, url, body, token, seconds = line.split("\\t")
        now = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
        botocore.auth.get_current_datetime = lambda: now
        fields = {"If-None-Match": "*", "x-amz-meta-writer": "a  b "} if method == "PUT" else {}
        request = AWSRequest(method=method, url=url, headers=fields, data=bytes.fromhex(body))
        credentials = botocore.credentials.Credentials("AKID", "se/cr+et", token or None)
        botocore.auth.S3SigV4Auth(credentials, "s3", "eu-central-1").add_auth(request)
        print(request.headers["Authorization"])
    """

  @Test func `times are written and read as S3 and HTTP do`() {
    #expect(CivilTime(microseconds: 0).compact == "19700101T000000Z")
    #expect(CivilTime(microseconds: 951_782_400_999_999).compact == "20000229T000000Z")
    #expect(CivilTime(microseconds: 1_795_577_710_000_000).compact == "20261125T033510Z")
    #expect(CivilTime(http: "Wed, 25 Nov 2026 03:35:10 GMT")?.seconds == 1_795_577_710)
    for day in stride(from: Int64(0), to: 40_000, by: 13) {
      let time = CivilTime(microseconds: (day * 86_400 + 3723) * 1_000_000)
      #expect(time.compact.hasSuffix("T010203Z") && time.compact.count == 16)
    }
    for text in ["", "Wed, 25 Nov 2026 03:35:10", "Wed, 25 Foo 2026 03:35:10 GMT", "x, 25 Nov 2026 25:00:00 GMT"] {
      #expect(CivilTime(http: text) == nil)
    }
  }

  @Test func `descriptions of credentials never show the secret`() throws {
    let credentials = S3Credentials(accessKeyID: "AKID", secretAccessKey: "hush", sessionToken: "whisper")
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in [
      "\(credentials)", String(reflecting: credentials), "\([credentials])", "\(Optional(credentials) as Any)", dumped,
    ] {
      #expect(!text.contains("hush") && !text.contains("whisper") && text.contains("AKID"), "\(text)")
    }
  }

  @Test func `credentials come from the environment or a file, and missing ones are named`() throws {
    let found = try S3Credentials(environment: [
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_SESSION_TOKEN": "",
    ])
    #expect(found.accessKeyID == "A" && found.sessionToken == nil)
    let missing = #expect(throws: S3Error.self) { try S3Credentials(environment: ["AWS_ACCESS_KEY_ID": "A"]) }
    #expect(missing?.message.contains("AWS_SECRET_ACCESS_KEY") == true)
    let text =
      "[other]\naws_access_key_id=X\n[default]\r\n# c\n aws_access_key_id = B\naws_secret_access_key = hu=sh \n"
    let file = try S3Credentials(file: text, path: "keys")
    #expect(file.accessKeyID == "B" && file.secretAccessKey == "hu=sh")
    let error = #expect(throws: S3Error.self) { try S3Credentials(file: text, path: "keys", profile: "other") }
    #expect(error?.message.contains("keys") == true && error?.message.contains("[other]") == true)
  }

  @Test func `locations are parsed, and invalid ones are refused with a sentence`() throws {
    let aws = try S3Location("s3://bucket/a/b/", region: "eu-west-1")
    #expect(aws.host == "bucket.s3.eu-west-1.amazonaws.com" && aws.scheme == "https" && aws.key("k") == "a/b/k")
    let own = try S3Location("s3://bucket", endpoint: "HTTP://Store:80/")
    #expect(own.host == "store" && own.key("k") == "k" && own.isPathStyle && "\(own)" == "s3://bucket")
    for text in [
      "", "bucket", "s3://", "s3://Bucket", "s3://a", "s3://a..b", "s3://bucket/a//b", "s3://bucket/ü",
      "s3://bucket/../a",
    ] {
      let error = #expect(throws: S3Error.self) { try S3Location(text) }
      #expect(error?.kind == .misuse && error?.message.hasSuffix(".") == true)
    }
    for endpoint in ["", "store:9000", "ftp://store", "http://", "http://store/path", "http://user@store"] {
      #expect(throws: S3Error.self) { try S3Location("s3://bucket", endpoint: endpoint) }
    }
  }
}
