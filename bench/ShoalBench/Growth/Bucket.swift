import FoundationEssentials
import Glibc

/// A real S3 server (SeaweedFS) of a run's own, from the tools that SHOAL_TEST_TOOLS names.
struct Bucket {
  private let process: pid_t

  /// Whether the server is installed.
  static var isInstalled: Bool { weed.map { access($0, X_OK) == 0 } ?? false }

  private static var weed: String? {
    guard let folder = getenv("SHOAL_TEST_TOOLS").map({ String(cString: $0) }), !folder.isEmpty else { return nil }
    return "\(folder)/bin/weed"
  }

  /// Starts the server, makes the bucket `shoal`, and says in the environment how it is reached.
  init(_ folder: String) async throws {
    guard let weed = Self.weed else { throw Children.Problem(description: "SHOAL_TEST_TOOLS names no folder") }
    // The server takes the ports that are 10,000 above these too.
    var ports: [UInt16] = []
    while ports.count < 4 {
      let port = try Broker.freePort()
      if port < 55_000, !ports.contains(port) { ports.append(port) }
    }
    mkdir(folder, 0o755)
    try """
    {"identities": [{"name": "bench", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
      "credentials": [{"accessKey": "SHOALBENCHKEY", "secretKey": "only-for-benchmarks"}]}]}
    """.write(toFile: "\(folder)/s3.json", atomically: true, encoding: .utf8)
    process = try Children.start([
      "/usr/bin/setsid", "/bin/sh", "-c",
      // Whatever becomes of this process, the server ends with it.
      "own=$1; shift; \"$@\" >/dev/null 2>&1 & while kill -0 $own 2>/dev/null; do sleep 1; done; kill -9 $!", "keeper",
      "\(getpid())", weed, "server", "-dir=\(folder)", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
      "-master.port=\(ports[0])", "-volume.port=\(ports[1])", "-filer.port=\(ports[2])", "-s3", "-s3.port=\(ports[3])",
      "-s3.config=\(folder)/s3.json", "-volume.max=100", "-master.volumeSizeLimitMB=64", "-s3.port.iceberg=0",
      "-s3.port.lance=0",
    ])
    setenv("SHOAL_S3_ENDPOINT", "http://127.0.0.1:\(ports[3])", 1)
    setenv("AWS_ACCESS_KEY_ID", "SHOALBENCHKEY", 1)
    setenv("AWS_SECRET_ACCESS_KEY", "only-for-benchmarks", 1)
    _ = try await Children.time([
      "/usr/bin/python3", "-c", Self.makeBucket, "http://127.0.0.1:\(ports[2])", "http://127.0.0.1:\(ports[3])",
    ])
  }

  /// Ends the server at once.
  func stop() {
    kill(-process, SIGKILL)
    waitpid(process, nil, 0)
  }

  private static let makeBucket = """
    import sys, time, urllib.error, urllib.request
    for attempt in range(300):
        try:
            request = urllib.request.Request(sys.argv[1] + "/buckets/shoal/", method="POST")
            try:
                urllib.request.urlopen(request, timeout=5).read()
            except urllib.error.HTTPError as error:
                if error.code != 409:  # An earlier attempt has made it.
                    raise
            try:
                urllib.request.urlopen(sys.argv[2], timeout=5).read()
            except urllib.error.HTTPError:
                pass  # It answers, and asks who is there.
            break
        except Exception as error:
            last = error
            time.sleep(0.1)
    else:
        sys.exit(str(last))
    """
}
