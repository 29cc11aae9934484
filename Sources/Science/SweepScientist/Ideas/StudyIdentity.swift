internal import PaperModel
internal import Studies

/// What makes two studies the same: the setting and the values, however these are written.
struct StudyIdentity: Hashable, Sendable {
  let setting: String
  let values: Set<String>

  init(_ study: Study) {
    setting = study.setting
    values = Set(study.values.map(Naming.value))
  }
}
