internal import CLinux
internal import Glibc

extension LineParser {
  /// The C arrays that getopt_long reads, freed together.
  final class Storage {
    /// The code of an argument that is no flag, by the `-` before the short flags.
    static let argument: Int32 = 1
    /// The code of the first long flag; beyond every letter.
    static let firstLong: Int32 = 1000

    let count: Int
    let argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    let options: UnsafeMutablePointer<option>
    let shorts: String
    private let names: [UnsafeMutablePointer<CChar>?]

    init(words: [String], flags: [Flag]) {
      count = words.count
      argv = .allocate(capacity: words.count + 1)
      for (index, word) in words.enumerated() { (argv + index).initialize(to: strdup(word)) }
      (argv + count).initialize(to: nil)
      names = flags.map { strdup($0.name) }
      options = .allocate(capacity: flags.count + 1)
      for (index, flag) in flags.enumerated() {
        let takes = flag.kind == nil ? no_argument : required_argument
        let code = Self.firstLong + Int32(index)
        (options + index).initialize(to: option(name: names[index], has_arg: takes, flag: nil, val: code))
      }
      (options + flags.count).initialize(to: option())
      // "-": arguments in the order given, whatever POSIXLY_CORRECT is; ":": a missing value is not an unknown flag.
      let letters = flags.map { flag in flag.short.map { String($0) + (flag.kind == nil ? "" : ":") } ?? "" }
      shorts = "-:" + letters.joined()
    }

    deinit {
      for index in 0..<count { free(argv[index]) }
      for name in names { free(name) }
      argv.deallocate()
      options.deallocate()
    }
  }
}
