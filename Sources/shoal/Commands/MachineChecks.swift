import EmbeddedStore
import Glibc

/// Checks of this machine that run no job.
enum MachineChecks {
  /// Looks for LaTeX and the PDF tools in the folders where jobs find them.
  static func programs() -> [DoctorFinding] {
    [
      program("latexmk", package: "latexmk"),
      program("pdflatex", package: "texlive-latex-base texlive-latex-recommended texlive-fonts-recommended"),
      program("pdftotext", package: "poppler-utils"), program("pdfinfo", package: "poppler-utils"),
      program("pdffonts", package: "poppler-utils"),
    ]
  }

  private static func program(_ name: String, package: String) -> DoctorFinding {
    let folders = ["/usr/local/bin", "/usr/bin", "/bin"]
    guard let folder = folders.first(where: { access("\($0)/\(name)", X_OK) == 0 }) else {
      return DoctorFinding(.broken, name, "It is not installed: `apt-get install --no-install-recommends \(package)`.")
    }
    return DoctorFinding(.ok, name, "\(folder)/\(name)")
  }

  /// Checks that the data folder can be written, and how much room it has; if it does not exist yet, the folder that
  /// will hold it.
  static func folder(_ path: String) -> [DoctorFinding] {
    var place = path
    while access(place, F_OK) != 0, place != "/" {
      place = place.lastIndex(of: "/").map { $0 == place.startIndex ? "/" : String(place[..<$0]) } ?? "/"
    }
    var facts = stat()
    guard stat(place, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, access(place, W_OK | X_OK) == 0 else {
      return [
        DoctorFinding(
          .broken, "data folder", "\(place) can't be written by this user; name another folder with --data DIR.")
      ]
    }
    let words = place == path ? "\(path) can be written." : "\(path) does not exist yet; \(place) can be written."
    return [DoctorFinding(.ok, "data folder", words), room(place)]
  }

  /// - Returns: nil if there is no database yet.
  static func store(_ health: EmbeddedStore.Health) -> DoctorFinding? {
    switch health {
    case .absent: nil
    case .sound: DoctorFinding(.ok, "database", "shoal.sqlite is whole.")
    case .unchecked: DoctorFinding(.ok, "database", "shoal.sqlite is over 4 GiB and was not read as a whole.")
    case .broken(let text): DoctorFinding(.broken, "database", text)
    }
  }

  private static func room(_ path: String) -> DoctorFinding {
    var facts = statvfs()
    guard statvfs(path, &facts) == 0 else {
      return DoctorFinding(
        .broken, "disk", "The free space of \(path) can't be read: \(String(cString: strerror(errno))).")
    }
    return judge(freeMebibytes: Int(clamping: (UInt64(facts.f_bavail) * UInt64(facts.f_frsize)) >> 20), path)
  }

  static func judge(freeMebibytes free: Int, _ path: String) -> DoctorFinding {
    let words = free >= 10_240 ? "\(free >> 10) GiB" : "\(free) MiB"
    if free < 200 { return DoctorFinding(.broken, "disk", "Only \(words) are free at \(path); make room for 2 GiB.") }
    if free < 2048 {
      return DoctorFinding(.weak, "disk", "Only \(words) are free at \(path); large campaigns need more.")
    }
    return DoctorFinding(.ok, "disk", "\(words) are free at \(path).")
  }

  /// The limit on open files of this process.
  static func openFiles() -> DoctorFinding {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return DoctorFinding(.weak, "open files", "The limit can't be read.")
    }
    return judge(openFiles: Int(clamping: limit.rlim_cur))
  }

  static func judge(openFiles count: Int) -> DoctorFinding {
    if count < 128 { return DoctorFinding(.broken, "open files", "The limit is \(count); raise it: `ulimit -n 4096`.") }
    if count < 1024 {
      return DoctorFinding(
        .weak, "open files", "The limit is \(count), enough for few jobs at a time: `ulimit -n 4096`.")
    }
    return DoctorFinding(.ok, "open files", "The limit is \(count).")
  }
}
