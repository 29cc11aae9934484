internal import ChildProcesses
internal import Glibc

/// A real S3 server with one key pair and one bucket, on free ports of this machine. It ends, and its files are
/// removed, when `stop` is called or this process ends in any way.
public final class SeaweedFS: Sendable {
  /// Whether the server is installed.
  public static var isInstalled: Bool { TestTools.has("weed") }

  /// `http://127.0.0.1:port`.
  public let endpoint: String
  /// The port of the S3 interface.
  public let port: Int
  /// The key's name.
  public let accessKeyID = "SHOALTESTKEY"
  public let secretAccessKey = "only-for-tests"
  /// The bucket, which exists and is empty.
  public let bucket = "shoal"

  /// The server ends when its descriptor is closed.
  private let leash: Leash
  private let process: Task<ChildReport?, Never>

  /// The server that all tests of this process share; give each test a prefix of its own.
  public static func shared() async throws -> SeaweedFS { try await Shared.one.server() }

  /// Starts a server and waits until it answers.
  /// - Throws: `NotStarted` if it does not.
  public static func start() async throws -> SeaweedFS {
    guard let weed = TestTools.path("weed") else { throw NotStarted(description: TestTools.missing) }
    let folder = try TestFiles.newFolder("seaweedfs")
    let server = try SeaweedFS(weed: weed, folder: folder)
    do {
      _ = try await TestTools.python(
        makeBucket, [server.endpoint, server.accessKeyID, server.secretAccessKey, server.bucket])
      return server
    } catch {
      await server.stop()
      throw error
    }
  }

  private init(weed: String, folder: String) throws {
    let ports = try FreePorts.take(4)
    port = ports[3]
    endpoint = "http://127.0.0.1:\(ports[3])"
    try TestFiles.write(
      """
      {"identities": [{"name": "tests", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        "credentials": [{"accessKey": "\(accessKeyID)", "secretKey": "\(secretAccessKey)"}]}]}
      """, to: "\(folder)/s3.json")
    leash = try Leash()
    var command = ChildCommand("/bin/sh", ["-c", Self.keeper, "keeper", folder, weed, "server", "-dir=\(folder)"])
    command.arguments += [
      "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.port=\(ports[0])", "-volume.port=\(ports[1])",
      "-filer.port=\(ports[2])", "-s3", "-s3.port=\(ports[3])", "-s3.config=\(folder)/s3.json", "-volume.max=100",
      "-master.volumeSizeLimitMB=64", "-s3.port.iceberg=0", "-s3.port.lance=0",
    ]
    command.environment = ["PATH": "/usr/bin:/bin", "HOME": folder]
    process = leash.run(command)
  }

  /// Ends it at once, as a power cut would, and returns when it is gone.
  public func stop() async {
    leash.cut()
    _ = await process.value
  }

  /// Waits for the end of the leash, then ends the server and removes its files.
  private static let keeper = """
    folder=$1; shift
    "$@" >"$folder/log" 2>&1 3<&- &
    cat <&3 >/dev/null
    kill -9 $!
    wait
    rm -rf "$folder"
    """

  private static let makeBucket = """
    import botocore.session, botocore.config, sys, time
    endpoint, key, secret, bucket = sys.argv[1:]
    client = botocore.session.get_session().create_client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
        config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}))
    for attempt in range(300):
        try:
            client.create_bucket(Bucket=bucket)
            client.put_object(Bucket=bucket, Key="ready", Body=b"")
            client.delete_object(Bucket=bucket, Key="ready")
            break
        except Exception as error:
            last = error
            time.sleep(0.1)
    else:
        sys.exit(str(last))
    """

  private actor Shared {
    static let one = Shared()
    private var starting: Task<SeaweedFS, any Error>?

    func server() async throws -> SeaweedFS {
      let task = starting ?? Task { try await SeaweedFS.start() }
      starting = task
      return try await task.value
    }
  }
}
