import CommandTable
import Testing

@Suite struct ParsingTests {
  private func run(_ line: String) throws -> Invocation {
    guard case .run(let invocation) = try bakery.parse(line.split(separator: " ").map { String($0) }) else {
      throw UsageError(path: [], message: "help instead of a run")
    }
    return invocation
  }

  private func failure(_ words: [String]) -> String? {
    let error = #expect(throws: UsageError.self) { try bakery.parse(words) }
    return error?.description
  }

  @Test func `every type of value is parsed`() throws {
    let bake = try run("bake a.yaml b.yaml --oven big -n 7 --time 90s --price 0.25 --flour rye --flour=spelt -s")
    #expect(bake.path == ["bakery", "bake"])
    #expect(bake.arguments("RECIPE") == ["a.yaml", "b.yaml"])
    #expect(bake.text("oven") == "big")
    #expect(bake.integer("loaves") == 7)
    #expect(bake.duration("time") == .seconds(90))
    #expect(bake.nanoDollars("price") == 250_000_000)
    #expect(bake.texts("flour") == ["rye", "spelt"])
    #expect(bake.isSet("salt") && !bake.isSet("json") && !bake.isSet("data"))
    #expect(bake.text("data") == "./bakery")
  }

  @Test func `missing flags have their default or no value`() throws {
    let bake = try run("bake a --oven big")
    #expect(bake.integer("loaves") == 10)
    #expect(bake.duration("time") == nil && bake.nanoDollars("price") == nil && bake.texts("flour").isEmpty)
    #expect(try run("shop open").argument("HOUR") == nil)
    #expect(try run("shop open 8").argument("HOUR") == "8")
  }

  @Test(arguments: [
    "-d X --json shop --oven big open 8", "shop -d X open --json 8", "shop open 8 -d X --json",
    "--data=X --json shop open 8",
    "shop open -dX --json -- 8",
  ])
  func `flags may stand anywhere`(line: String) throws {
    let words = line.replacing("--oven big ", with: "")
    let open = try run(words)
    #expect(open.path == ["bakery", "shop", "open"])
    #expect(open.text("data") == "X" && open.isSet("json") && open.argument("HOUR") == "8")
  }

  @Test func `a command's own flag may stand before its name`() throws {
    #expect(try run("--oven bake -sn 3 bake a").text("oven") == "bake")
    #expect(try run("-sn 3 bake a --oven big").integer("loaves") == 3)
  }

  @Test func `after two dashes everything is an argument`() throws {
    #expect(try run("bake --oven big -- -n --salt --").arguments("RECIPE") == ["-n", "--salt", "--"])
  }

  @Test func `a value may begin with one dash, or with two after an equals sign`() throws {
    #expect(try run("bake a --oven -x").text("oven") == "-x")
    #expect(try run("bake a --oven=--x=y").text("oven") == "--x=y")
    #expect(
      failure(["bake", "a", "--oven", "--salt"])
        == "bakery bake: --oven needs a value; write --oven=--salt if that is one (see bakery bake --help)")
  }

  @Test(
    arguments: [
      ("bkae", "bakery: unknown command bkae; did you mean bake? (see bakery --help)"),
      ("shop opne", "bakery shop: unknown command opne; did you mean open? (see bakery shop --help)"),
      ("zzz", "bakery: unknown command zzz (see bakery --help)"),
      ("shop", "bakery shop: needs a command: open, close, clean (see bakery shop --help)"),
      ("bake --loavs 3", "bakery bake: unknown flag --loavs; did you mean --loaves? (see bakery bake --help)"),
      ("bake --loav 3", "bakery bake: unknown flag --loav; did you mean --loaves? (see bakery bake --help)"),
      ("bake --sal", "bakery bake: unknown flag --sal; did you mean --salt? (see bakery bake --help)"),
      ("bake --salt=yes", "bakery bake: --salt takes no value (see bakery bake --help)"),
      ("bake -x", "bakery bake: unknown flag -x (see bakery bake --help)"),
      ("bake -sx", "bakery bake: unknown flag -x (see bakery bake --help)"),
      ("bake -n", "bakery bake: -n (--loaves) needs a value (see bakery bake --help)"),
      ("bake --loaves", "bakery bake: --loaves needs a value (see bakery bake --help)"),
      ("bake --loaves 0", "bakery bake: --loaves needs a whole number from 1 to 100, not “0” (see bakery bake --help)"),
      ("bake --time 5", "--time needs a duration such as 20s, 5m or 2h, from 1s to 1d, not “5”"),
      ("bake --price $3", "--price needs dollars such as 15 or 0.25, at most 1000000000, not “$3”"),
      ("bake --flour ry", "--flour needs one of wheat, rye, spelt, not “ry”; did you mean rye?"),
      ("bake --oven=", "--oven needs text, not “”"),
      ("bake --oven a --oven b x", "bakery bake: --oven is given twice"),
      ("bake --oven a", "bakery bake: RECIPE is missing: the recipes to follow"),
      ("bake x", "bakery bake: --oven is missing: Which oven: the big one, or another"),
      ("shop open 24", "HOUR needs one of 8, 14, not “24”"),
      ("shop open 8 2", "“2” is one word too many"),
      ("shop close --loaves 3", "bakery shop close: unknown flag --loaves"),
    ])
  func `errors are reported in one sentence`(line: String, message: String) {
    let said = failure(line.split(separator: " ").map { String($0) })
    #expect(said?.contains(message) == true, "\(said ?? "")")
    #expect(said?.contains("\n") == false)
  }

  @Test(arguments: [("0", 0), ("15", 15_000_000_000), ("0.000000001", 1), ("1000000000", 1_000_000_000_000_000_000)])
  func `money is exact`(text: String, nanoDollars: Int64) throws {
    #expect(try run("bake a --oven b --price \(text)").nanoDollars("price") == nanoDollars)
  }

  @Test(arguments: [
    "-1", "1.", ".5", "1e3", "0.0000000001", "1000000000.01", "9223372036.854775808", "99999999999", "١", "1,5", "+1",
  ])
  func `inexact amounts of money are refused`(text: String) {
    #expect(failure(["bake", "a", "--oven", "b", "--price", text])?.contains("--price needs dollars") == true)
  }

  @Test(arguments: ["20", "s", "-5s", "1.5h", "5 m", "99999999999999999d", "25h", "999ms"])
  func `invalid and out-of-range durations are refused`(text: String) {
    #expect(failure(["bake", "a", "--oven", "b", "--time", text])?.contains("--time needs a duration") == true)
  }

  @Test func `arguments in other scripts and with spaces are passed unchanged`() throws {
    let words = ["bake", "ré cipe 漢.yaml", "--oven", "der große"]
    guard case .run(let bake) = try bakery.parse(words) else { return }
    #expect(bake.argument("RECIPE") == "ré cipe 漢.yaml")
    #expect(bake.text("oven") == "der große")
    #expect(failure(["bake", "-é"])?.contains("unknown flag") == true)
  }

  @Test func `random arguments are parsed or refused, from many threads at once`() async {
    let pool = [
      "bake", "shop", "open", "--oven", "big", "-n", "5", "--", "-", "--salt", "-sn", "--loaves=3", "x", "--=", "---",
      "",
    ]
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<2000 {
            let words = (0..<Int.random(in: 0...7)).map { _ in pool.randomElement() ?? "" }
            do { _ = try bakery.parse(words) } catch { #expect("\(error)".hasPrefix("bakery")) }
            let good = try? bakery.parse(["bake", "a", "-n", "42", "--oven", "b"])
            if case .run(let bake)? = good { #expect(bake.integer("loaves") == 42) } else { Issue.record("refused") }
          }
        }
      }
    }
  }
}
