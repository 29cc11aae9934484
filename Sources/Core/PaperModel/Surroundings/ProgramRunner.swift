/// Runs programs contained: without network, without keys, without sight of anything but their folder, under limits.
public protocol ProgramRunner: Sendable {
  /// Runs a program to its end. A program that fails is an outcome, not an error.
  /// - Parameters:
  ///   - attempt: the key under which the execution is recorded.
  ///   - prices: what its device costs.
  ///   - blobs: where its files come from and what is brought back goes to.
  /// - Throws: `Failure` where the program could not be run at all; `CancellationError`, with all its processes gone.
  func run(
    _ program: ContainedProgram, for attempt: StepAttempt, prices: Prices, blobs: any BlobStore
  ) async throws -> Settled<ProgramOutcome>
}
