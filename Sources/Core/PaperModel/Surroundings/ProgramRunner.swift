/// Runs programs in a sandbox: without network and keys, with access only to their folder, under limits.
public protocol ProgramRunner: Sendable {
  /// Runs a program to its end. A program that fails is an outcome, not an error.
  /// - Parameters:
  ///   - attempt: the key under which the execution is recorded.
  ///   - prices: the prices of its device.
  ///   - blobs: the store of its files and of the collected ones.
  /// - Throws: `Failure` if the program could not be run at all; `CancellationError`, with all its processes gone.
  func run(
    _ program: ContainedProgram, for attempt: StepAttempt, prices: Prices, blobs: any BlobStore
  ) async throws -> Settled<ProgramOutcome>
}
