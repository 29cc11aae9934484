import FoundationEssentials
import Glibc

/// The memory that this process has in use, in KiB.
func residentKibibytes() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
  return Int(line.filter(\.isNumber)) ?? 0
}

/// False under a sanitizer, which delays freeing memory and looks for leaks itself.
var canMeasureMemory: Bool { dlsym(nil, "__asan_init") == nil && dlsym(nil, "__tsan_init") == nil }
