internal import Journal
internal import MessageLog
internal import SQLite

/// Why a store can't be opened or read, and what a person should do about it.
public struct EmbeddedStoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence that names the file and says what to do.
  public let message: String

  /// An error.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}

/// Carries what the database says over each seam's border, in that seam's own words.
enum StoreErrors {
  static func journal<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as SQLiteError {
      throw JournalError(kind(of: error), "The journal has failed: \(error).")
    } catch let error as EmbeddedStoreError {
      throw JournalError(.unavailable, error.message)
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
