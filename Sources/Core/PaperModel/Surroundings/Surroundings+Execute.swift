extension Surroundings {
  /// Runs a program as a step: reserves its time limit times the price of its device, and settles what it used.
  public func execute(
    _ name: String, _ program: ContainedProgram, by runner: any ProgramRunner, prices: Prices
  ) async throws -> ProgramOutcome {
    // A lost attempt is settled by its provider, which the name selects.
    guard StepID.containedProviders.contains(String(name.prefix { $0 != "." })) else {
      throw Failure(
        kind: "handlerMisuse", "The step \(name) runs a program, so its name must begin with `sandbox.`.")
    }
    return try await step(name, request: program, reserving: prices.worst(of: program)) { attempt in
      try await runner.run(program, for: attempt, prices: prices, blobs: self)
    }
  }
}
