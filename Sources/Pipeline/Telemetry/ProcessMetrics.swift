internal import Glibc

/// Metrics of this process from the kernel. Without `/proc` they are left out.
enum ProcessMetrics {
  static func read(into registry: MetricRegistry) {
    if let fields = statistics() {
      let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
      // Fields are numbered as in proc(5), starting with the state, which is the third.
      if fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
        let start = Double(fields[19]), let pages = Double(fields[21])
      {
        registry.set(MetricCatalogue.processorSeconds, to: (user + system) / ticks)
        registry.set(MetricCatalogue.residentBytes, to: pages * Double(sysconf(Int32(_SC_PAGESIZE))))
        if let boot = bootTime() { registry.set(MetricCatalogue.startTime, to: boot + start / ticks) }
      }
    }
    if let open = entries("/proc/self/fd") { registry.set(MetricCatalogue.openDescriptors, to: Double(open)) }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      registry.set(MetricCatalogue.allowedDescriptors, to: Double(limit.rlim_cur))
    }
  }

  /// The fields of `/proc/self/stat` after the name, which may itself contain spaces and brackets.
  private static func statistics() -> [Substring]? {
    guard let text = text(of: "/proc/self/stat"), let bracket = text.lastIndex(of: ")") else { return nil }
    return text[text.index(after: bracket)...].split(separator: " ")
  }

  private static func bootTime() -> Double? {
    guard let text = text(of: "/proc/stat") else { return nil }
    return text.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
  }

  private static func text(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while bytes.count < 1 << 20 {
      let count = withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { buffer in
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 { bytes += buffer[..<count] }
        return count
      }
      if count <= 0 { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func entries(_ path: String) -> Int? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var count = -3  // itself, its parent, and the descriptor that reads it
    while readdir(folder) != nil { count += 1 }
    return count
  }
}
