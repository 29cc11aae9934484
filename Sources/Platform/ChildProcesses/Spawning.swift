import CLinux
import Glibc

/// The parent's ends of a child that was just started.
struct SpawnedChild {
  var processID: Int32
  var exit: Int32
  var output: Int32
  var errors: Int32
  var input: Int32?
}

/// Starts the command and returns the parent's descriptors; on an error nothing is left open or running.
func spawn(_ command: ChildCommand) throws(ChildProcessError) -> SpawnedChild {
  var opened: [Int32] = []
  var isStarted = false
  /// Closed whatever happens: the child's ends of the pipes and the copies that kept numbers out of each other's way.
  var childEnds: [Int32] = []
  defer {
    for descriptor in childEnds { close(descriptor) }
    if !isStarted { for descriptor in opened { close(descriptor) } }
  }
  func pipe() throws(ChildProcessError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard clinux_pipe(&ends) == 0 else { throw .system(call: "pipe2", code: errno) }
    return (ends[0], ends[1])
  }
  /// Numbers below this are dealt to the child, so nothing that is copied from may be among them.
  let lowest = Int32(3 + command.inherited.count)
  func outOfTheWay(_ descriptor: Int32) throws(ChildProcessError) -> Int32 {
    let copy = clinux_duplicate_above(descriptor, lowest)
    guard copy >= 0 else { throw .system(call: "fcntl", code: errno) }
    childEnds.append(copy)
    return copy
  }

  let output = try pipe()
  opened.append(output.reading)
  childEnds.append(output.writing)
  let errors = try pipe()
  opened.append(errors.reading)
  childEnds.append(errors.writing)
  var dealt: [Int32?] = [nil, try outOfTheWay(output.writing), try outOfTheWay(errors.writing)]
  var input: Int32?
  if command.input != nil {
    let ends = try pipe()
    opened.append(ends.writing)
    childEnds.append(ends.reading)
    dealt[0] = try outOfTheWay(ends.reading)
    input = ends.writing
  }
  for descriptor in command.inherited { dealt.append(try outOfTheWay(descriptor)) }
  for descriptor in opened where clinux_set_nonblocking(descriptor) != 0 {
    throw .system(call: "fcntl", code: errno)
  }

  let processID = try posixSpawn(command, dealt)
  let exit = clinux_pidfd_open(processID)
  guard exit >= 0 else {
    let code = errno
    kill(-processID, SIGKILL)
    _ = retryingInterrupts { waitpid(processID, nil, 0) }
    throw .system(call: "pidfd_open", code: code)
  }
  isStarted = true
  return SpawnedChild(
    processID: processID, exit: exit, output: output.reading, errors: errors.reading, input: input)
}

/// `dealt[n]` becomes descriptor n of the child; nil is /dev/null.
private func posixSpawn(_ command: ChildCommand, _ dealt: [Int32?]) throws(ChildProcessError) -> Int32 {
  var actions = posix_spawn_file_actions_t()
  var attributes = posix_spawnattr_t()
  posix_spawn_file_actions_init(&actions)
  posix_spawnattr_init(&attributes)
  defer {
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
  }
  for (number, descriptor) in dealt.enumerated() {
    if let descriptor {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    } else {
      posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDONLY, 0)
    }
  }
  clinux_spawn_close_from(&actions, Int32(dealt.count))
  if let folder = command.workingDirectory { clinux_spawn_change_folder(&actions, folder) }
  // Blocked and ignored signals would be inherited, and a child that ignores SIGPIPE misbehaves.
  var none = sigset_t()
  var all = sigset_t()
  sigemptyset(&none)
  sigfillset(&all)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setsigdefault(&attributes, &all)
  posix_spawnattr_setpgroup(&attributes, 0)
  posix_spawnattr_setflags(
    &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

  var words = ([command.program] + command.arguments).map { strdup($0) }
  var environment = command.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
  words.append(nil)
  environment.append(nil)
  defer { for text in words + environment { free(text) } }
  var processID = pid_t()
  let code = posix_spawn(&processID, command.program, &actions, &attributes, words, environment)
  guard code == 0 else { throw .notStarted(program: command.program, code: code) }
  return processID
}
