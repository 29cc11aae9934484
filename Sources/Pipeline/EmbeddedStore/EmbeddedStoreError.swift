internal import Journal
internal import MessageLog
internal import PaperModel
internal import SQLite

/// Why a store can't be opened or read, with what a person can do about it.
public struct EmbeddedStoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence that names the file and what to do.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}

/// Converts the database's errors into those of each seam.
enum StoreErrors {
  static func journal<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as SQLiteError {
      throw JournalError(kind(of: error), "The journal has failed: \(error).")
    } catch let error as EmbeddedStoreError {
      throw JournalError(.unavailable, error.message)
    }
  }

  static func ideas<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as SQLiteError {
      throw Failure(
        kind: "storeUnavailable", "The index of ideas has failed: \(error).",
        retryability: kind(of: error) == .unavailable ? .transient : .permanent)
    }
  }

  static func messageLog<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as SQLiteError {
      throw MessageLogError("The message log has failed: \(error).", isRetriable: kind(of: error) == .unavailable)
    } catch let error as EmbeddedStoreError {
      throw MessageLogError(error.message, isRetriable: true)
    }
  }

  static func store<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as SQLiteError { throw EmbeddedStoreError("\(error).") }
  }

  private static func kind(of error: SQLiteError) -> JournalError.Kind {
    switch error.reason {
    case .corrupt, .notADatabase: .damaged
    case .misuse, .constraint, .newerSchema, .olderSchema: .misuse
    default: .unavailable
    }
  }
}
