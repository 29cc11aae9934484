import CLinux
import Glibc

/// A snapshot of all processes in `/proc`.
struct ProcessTable: Sendable {
  struct Process: Sendable, Equatable {
    var parent: Int32
    /// It has ended, and its parent has not waited for it yet.
    var isZombie: Bool
    var threads: Int
    var residentPages: Int
    /// Processor time: its own, and that of children that it waited for.
    var ownNanoseconds: Int
    var waitedNanoseconds: Int
    /// Together with its number, this identifies a process uniquely.
    var startTicks: Int
  }
  var processes: [Int32: Process] = [:]

  /// Every visible process. Processes that end meanwhile are left out.
  static func read() -> ProcessTable {
    var table = ProcessTable()
    for number in numbers() { if let process = Process(number) { table.processes[number] = process } }
    return table
  }

  /// The numbers of all visible processes.
  static func numbers() -> [Int32] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [Int32] = []
    while let entry = readdir(folder) { if let number = entryNumber(entry) { found.append(number) } }
    return found
  }

  /// The numbers of all processes of a user that have not ended; cheaper than the whole table.
  static func processes(of user: UInt32) -> [Int32] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [Int32] = []
    while let entry = readdir(folder) {
      guard let number = entryNumber(entry) else { continue }
      var status = stat()
      // The folder's owner is the process's user; the files in it belong to root for a zombie and for a process that is
      // not dumpable.
      guard fstatat(dirfd(folder), "\(number)", &status, 0) == 0, status.st_uid == user else { continue }
      if let process = Process(number), !process.isZombie { found.append(number) }
    }
    return found
  }

  /// The process and all its descendants, with their own times to the nanosecond: the table has them in hundredths of a
  /// second, which would round a hundred short-lived processes to nothing.
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
    let parsed = withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer -> Self? in
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      return count > 0 ? Self(stat: UnsafeRawBufferPointer(buffer)[..<count]) : nil
    }
    guard let parsed else { return nil }
    self = parsed
  }

  /// Reads a line as proc(5) describes it. The process chooses the name in parentheses, so fields count from the last
  /// closing one.
  init?(stat line: some BidirectionalCollection<UInt8>) {
    guard let name = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let words = line[line.index(after: name)...].split(separator: UInt8(ascii: " "), maxSplits: 22)
    var fields: [Int] = []
    for field in words.dropFirst() {
      fields.append(number(field))
      if fields.count == 21 { break }
    }
    guard fields.count == 21 else { return nil }
    let tick = 1_000_000_000 / Int(sysconf(Int32(_SC_CLK_TCK)))
    // fields[0] is the fourth field of proc(5), the parent.
    self.init(
      parent: Int32(truncatingIfNeeded: fields[0]), isZombie: words[0].first == UInt8(ascii: "Z"), threads: fields[16],
      residentPages: fields[20],
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
