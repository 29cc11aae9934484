extension Surroundings {
  /// Runs a program as a step: reserved at its time limit times the price of its device, settled at what it used.
  public func execute(
    _ name: String, _ program: ContainedProgram, by runner: any ProgramRunner, prices: DevicePrices
  ) async throws -> ProgramOutcome {
    // A lost attempt is settled by its provider, which the name chooses.
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
  /// The most that a program can cost: its time limit, with a second for its end, on one core, and on one GPU where it
  /// has one.
  public func worst(of program: ContainedProgram) -> Money {
    let most = Int64(program.timeLimitSeconds + 1) * 1_000_000_000
    return cost(cpuNanoseconds: most, wallNanoseconds: most, on: program.device)
  }

  /// What a program costs that used so much; never more than the worst case, which its limits hold it to.
  public func charge(cpuNanoseconds: Int64, wallNanoseconds: Int64, for program: ContainedProgram) -> Charge {
    Charge(
      money: min(
        cost(cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds, on: program.device), worst(of: program)),
      cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds)
  }

  /// Processor time counts as it is used; a GPU is paid for as long as nobody else can have it.
  public func cost(cpuNanoseconds: Int64, wallNanoseconds: Int64, on device: DeviceKind) -> Money {
    switch device {
    case .cpu: cpu(nanoseconds: cpuNanoseconds)
    case .gpu: cpu(nanoseconds: cpuNanoseconds) + gpu(nanoseconds: wallNanoseconds)
    }
  }
}
