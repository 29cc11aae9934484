extension Surroundings {
  /// Runs a program as a step: reserves its time limit times the price of its device, and settles what it used.
  public func execute(
    _ name: String, _ program: ContainedProgram, by runner: any ProgramRunner, prices: DevicePrices
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

extension DevicePrices {
  /// The most that a program can cost: its time limit, plus a second for its end, on one core, and on one GPU if it
  /// needs one.
  public func worst(of program: ContainedProgram) -> Money {
    let most = Int64(program.timeLimitSeconds + 1) * 1_000_000_000
    return cost(cpuNanoseconds: most, wallNanoseconds: most, on: program.device)
  }

  /// The charge for a program's use; never more than the worst case, which its limits enforce.
  public func charge(cpuNanoseconds: Int64, wallNanoseconds: Int64, for program: ContainedProgram) -> Charge {
    Charge(
      money: min(
        cost(cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds, on: program.device), worst(of: program)),
      cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds)
  }

  /// Processor time costs what is used; a GPU costs as long as it is held.
  public func cost(cpuNanoseconds: Int64, wallNanoseconds: Int64, on device: DeviceKind) -> Money {
    switch device {
    case .cpu: cpu(nanoseconds: cpuNanoseconds)
    case .gpu: cpu(nanoseconds: cpuNanoseconds) + gpu(nanoseconds: wallNanoseconds)
    }
  }
}
