import Glibc

/// What `/proc` says of all processes at one moment.
struct ProcessTable: Sendable {
  struct Process: Sendable, Equatable {
    var parent: Int32
    var user: UInt32
    var threads: Int
    var residentPages: Int
    /// Processor time: its own, and that of children that it waited for.
    var ownNanoseconds: Int
    var waitedNanoseconds: Int
    /// With its number, this names a process for ever.
    var startTicks: Int
  }
  var processes: [Int32: Process] = [:]

  /// Every process that can be seen. Those that end meanwhile are left out.
  static func read() -> ProcessTable {
    var table = ProcessTable()
    guard let folder = opendir("/proc") else { return table }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      guard let number = entryNumber(entry) else { continue }
      if let process = Process(number) { table.processes[number] = process }
    }
    return table
  }

  /// The process and all that descend from it, with their own times to the nanosecond: the table has them in hundredths
  /// of a second, which a hundred short-lived processes would round to nothing.
  func tree(of root: Int32) -> [Int32: Process] {
    var children: [Int32: [Int32]] = [:]
    for (number, process) in processes { children[process.parent, default: []].append(number) }
    var found: [Int32: Process] = [:]
    var open = [root]
    while let number = open.popLast() {
      guard var process = processes[number], found[number] == nil else { continue }
      process.ownNanoseconds = max(process.ownNanoseconds, exactNanoseconds(number) ?? 0)
      found[number] = process
      open += children[number] ?? []
    }
    return found
  }

  private static func entryNumber(_ entry: UnsafeMutablePointer<dirent>) -> Int32? {
    withUnsafePointer(to: &entry.pointee.d_name) { name in
      name.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
        guard bytes[0] >= 0x31, bytes[0] <= 0x39 else { return nil }
        var number: Int32 = 0
        var index = 0
        while bytes[index] != 0, index < 10 {
          number = number &* 10 &+ Int32(bytes[index] &- 0x30)
          index += 1
        }
        return number
      }
    }
  }
}

extension ProcessTable.Process {
  fileprivate init?(_ number: Int32) {
    let descriptor = open("/proc/\(number)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    let parsed = withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer -> Self? in
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      return count > 0 ? Self(stat: UnsafeRawBufferPointer(buffer)[..<count], user: status.st_uid) : nil
    }
    guard let parsed else { return nil }
    self = parsed
  }

  /// Reads a line as proc(5) describes it. The name in parentheses is the process's own choice, so fields count from
  /// the last closing one.
  init?(stat line: some BidirectionalCollection<UInt8>, user: UInt32) {
    guard let name = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    var fields: [Int] = []
    for field in line[line.index(after: name)...].split(separator: UInt8(ascii: " ")).dropFirst() {
      fields.append(number(field))
      if fields.count == 21 { break }
    }
    guard fields.count == 21 else { return nil }
    let tick = 1_000_000_000 / Int(sysconf(Int32(_SC_CLK_TCK)))
    // fields[0] is the fourth of proc(5), the parent.
    self.init(
      parent: Int32(truncatingIfNeeded: fields[0]), user: user, threads: fields[16], residentPages: fields[20],
      ownNanoseconds: (fields[10] + fields[11]) * tick, waitedNanoseconds: (fields[12] + fields[13]) * tick,
      startTicks: fields[18])
  }
}

/// The processor clock of another process, which needs no permission.
private func exactNanoseconds(_ process: Int32) -> Int? {
  var clock = clockid_t()
  var time = timespec()
  guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

private func number(_ field: some Sequence<UInt8>) -> Int {
  var value = 0
  for byte in field where byte >= 0x30 && byte <= 0x39 { value = value &* 10 &+ Int(byte - 0x30) }
  return value
}
