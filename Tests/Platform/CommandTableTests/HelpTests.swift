import CommandTable
import Testing

@Suite struct HelpTests {
  private func help(_ words: [String]) throws -> String {
    guard case .help(let text) = try bakery.parse(words) else { return "" }
    return text
  }

  @Test func `help of a command lists its flags and examples`() throws {
    #expect(
      try help(["bake", "--help"]) == """
        bakery bake: bake loaves, don't burn them

        Usage: bakery bake --oven NAME RECIPE … [FLAGS]

        Arguments:
          RECIPE …  the recipes to follow

        Flags:
          -n, --loaves N       How many loaves (a whole number from 1 to 100; default
                               10)
              --time TIME      How long at most (a duration such as 20s, 5m or 2h, from
                               1s to 1d)
              --price DOLLARS  What a loaf may cost (dollars such as 15 or 0.25)
              --flour KIND     Which flour (one of wheat, rye, spelt; may be repeated)
              --oven NAME      Which oven: the big one, or another (required)
          -s, --salt           Add salt

        Flags of every command:
          -d, --data DIR  The bakery's folder (default ./bakery)
              --json      Print JSON
          -h, --help      Explain the command and end

        Examples:
          bakery bake rye.yaml --oven big
              Bakes ten loaves of rye in the big oven, as long as it takes.

        """)
  }

  @Test(arguments: [["--help"], [], ["-h"]])
  func `help of the program lists its commands`(words: [String]) throws {
    let text = try help(words)
    #expect(text.hasPrefix("bakery: bake and sell bread\n\nUsage: bakery COMMAND [FLAGS]\n\nA bakery keeps"))
    #expect(text.contains("  bake  bake loaves, don't burn them\n  shop  sell\n"))
    #expect(text.hasSuffix("More about a command: bakery COMMAND --help\n"))
  }

  @Test func `help is printed even if arguments are missing`() throws {
    #expect(try help(["shop", "-h"]).contains("open   open the shop"))
    #expect(try help(["--help", "shop", "open"]).contains("[HOUR]"))
  }

  @Test(arguments: [40, 80, 120])
  func `no line is wider than the terminal`(width: Int) {
    for path in [[], ["bake"], ["shop"], ["shop", "open"]] {
      for line in bakery.help(path, width: width).split(separator: "\n") where !line.contains("rye.yaml") {
        #expect(line.count <= width, "\(line)")
        #expect(line.last != " ")
      }
    }
  }
}
