import PaperModel

/// What handlers read of a visit.
extension StageVisit {
  func campaign(_ surroundings: any Surroundings) async throws -> CampaignDefinition {
    try await surroundings.value(CampaignDefinition.self, of: opening.definition)
  }

  func paper(_ surroundings: any Surroundings) async throws -> PaperDefinition {
    try await surroundings.value(PaperDefinition.self, of: opening.definition)
  }

  /// The result of an earlier stage.
  func result<Value: Decodable>(
    _ type: Value.Type, of stage: Stage, _ surroundings: any Surroundings
  ) async throws -> Value {
    guard let reference = results[stage] else {
      throw Failure(
        kind: "missingResult", "\(stream) has no result of \(stage.rawValue), which \(self.stage.rawValue) needs.")
    }
    return try await surroundings.value(type, of: reference)
  }

  /// A run request of this visit, with its allowance.
  func ask(
    _ request: RunRequest, ordinal: Int, _ surroundings: any Surroundings
  ) async throws -> RunAsk {
    RunAsk(
      run: stream.run(visit: visit, ordinal: ordinal),
      opening: Opening(
        campaign: opening.campaign, title: request.label, cap: request.allowance(on: opening.device),
        parent: Opening.Parent(stream: stream, stage: stage), device: opening.device,
        priority: opening.priority, definition: try await surroundings.keep(json: request)))
  }
}

extension RunRequest {
  /// The contained program that executes the run.
  func program(takesScale: Bool, on device: DeviceKind) -> ContainedProgram {
    var program = ContainedProgram(
      toolchain: .python,
      command: ["experiment.py", "--out_dir=\(outputFolder)"] + (takesScale ? ["--scale=\(scale.rawValue)"] : []),
      files: code, timeLimitSeconds: timeLimitSeconds, collects: [outputFolder], device: device)
    // The libraries of a GPU alone hold more memory than an experiment on a processor does.
    if device == .gpu { program.memoryLimitMebibytes = 16_384 }
    return program
  }

  /// The most that a run may cost: two whole attempts. What a lost attempt did not use is returned once it is known.
  func allowance(on device: DeviceKind) -> Money { prices.worst(of: program(takesScale: true, on: device)) * 2 }
}
