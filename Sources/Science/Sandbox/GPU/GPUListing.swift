/// Parses `nvidia-smi`'s list of GPUs, a line each. Any unexpected line is an error: a device that was taken for
/// another one would be given to two runs.
enum GPUListing {
  static let question = [
    "--query-gpu=index,uuid,pci.bus_id,name,memory.total", "--format=csv,noheader,nounits",
  ]

  static func parse(_ text: String) throws(SandboxError) -> [GPU] {
    var found: [GPU] = []
    for line in text.split(whereSeparator: \.isNewline) {
      guard let gpu = gpu(line) else {
        throw .gpu("nvidia-smi says “\(line.prefix(200))”, which names no GPU; look at the driver")
      }
      guard !found.contains(where: { $0.index == gpu.index || $0.uuid == gpu.uuid || $0.bus == gpu.bus }) else {
        throw .gpu("nvidia-smi names GPU \(gpu.index) (\(gpu.uuid)) twice; look at the driver")
      }
      found.append(gpu)
    }
    return found
  }

  private static func gpu(_ line: Substring) -> GPU? {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
    guard fields.count == 5, let index = number(fields[0]), index < 1024, isIdentity(fields[1]), isBus(fields[2]),
      !fields[3].isEmpty
    else { return nil }
    var memory: Int?
    // The output for a GPU without memory of its own.
    if !["[N/A]", "[Not Supported]"].contains(fields[4]) {
      guard let mebibytes = number(fields[4]), mebibytes > 0 else { return nil }
      memory = mebibytes
    }
    return GPU(index: index, uuid: fields[1], bus: fields[2], name: fields[3], memoryMebibytes: memory)
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  private static func number(_ text: String) -> Int? {
    text.utf8.count <= 9 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }

  /// It becomes the name of a lock file.
  private static func isIdentity(_ text: String) -> Bool {
    text.hasPrefix("GPU-") && (8...80).contains(text.utf8.count)
      && text.unicodeScalars.dropFirst(4).allSatisfy { $0 == "-" || ($0.isASCII && $0.properties.isASCIIHexDigit) }
  }

  private static func isBus(_ text: String) -> Bool {
    let shape = "xxxxxxxx:xx:xx.x"
    return text.unicodeScalars.count == shape.unicodeScalars.count
      && zip(text.unicodeScalars, shape.unicodeScalars).allSatisfy {
        $1 == "x" ? $0.properties.isASCIIHexDigit : $0 == $1
      }
  }
}
