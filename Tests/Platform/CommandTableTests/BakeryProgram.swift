import CommandTable

/// A program with every kind of flag and argument.
let bakery = Program(
  Command(
    "bakery", summary: "bake and sell bread",
    discussion: """
      A bakery keeps its recipes in a folder. Loaves are baked in the night and sold in the morning, and what is left \
      over goes to the pigs.

      Begin with `bakery bake`.
      """,
    subcommands: [
      Command(
        "bake", summary: "bake loaves, don't burn them",
        arguments: [Argument("RECIPE", .path, count: .some, help: "the recipes to follow")],
        flags: [
          .value("loaves", short: "n", .integer(1...100), as: "N", help: "How many loaves", default: "10"),
          .value("time", .duration(.seconds(1)...(.seconds(86_400))), as: "TIME", help: "How long at most"),
          .value("price", .money(mostDollars: 1_000_000_000), as: "DOLLARS", help: "What a loaf may cost"),
          .value("flour", .choice(["wheat", "rye", "spelt"]), as: "KIND", help: "Which flour", isRepeatable: true),
          .value("oven", .text, as: "NAME", help: "Which oven: the big one, or another", isRequired: true),
          .toggle("salt", short: "s", help: "Add salt"),
        ],
        examples: [
          .init("bakery bake rye.yaml --oven big", "Bakes ten loaves of rye in the big oven, as long as it takes.")
        ]),
      Command(
        "shop", summary: "sell",
        subcommands: [
          Command(
            "open", summary: "open the shop",
            arguments: [Argument("HOUR", .choice(["8", "14"]), count: .optional, help: "when")]),
          Command("close", summary: "close the shop"),
          Command(
            "clean", summary: "clean ovens and shelves", arguments: [Argument("OVEN|SHELF", help: "what to clean")],
            flags: [.value("by", .text, as: "BAKER", help: "Who cleans")]),
        ]),
    ]),
  commonFlags: [
    .value("data", short: "d", .path, as: "DIR", help: "The bakery's folder", default: "./bakery"),
    .toggle("json", help: "Print JSON"),
  ], names: Program.Names(of: ["OVEN", "SHELF", "BAKER"], by: ["list"]))
