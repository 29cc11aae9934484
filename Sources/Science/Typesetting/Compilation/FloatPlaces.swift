/// Compares where floats were written with where they were placed, read from the auxiliary file.
enum FloatPlaces {
  /// A sentence for each float that stands more than a page after, or before, the place in the text where it was
  /// written. The file's marks are those of `\shoalmark`; a file without marks yields nothing.
  static func strays(in auxiliary: [UInt8]) -> [String] {
    var pages: [String: Int] = [:]
    for line in auxiliary.prefix(4 * 1024 * 1024).split(separator: 0x0a) where line.count < 4096 {
      let text = String(decoding: line, as: UTF8.self)
      guard text.hasPrefix("\\newlabel{"), pages.count < 10_000 else { continue }
      let name = text.dropFirst(10).prefix { $0 != "}" }
      // \newlabel{name}{{number}{page}…
      let rest = text.dropFirst(10 + name.count + 2)
      guard let second = rest.firstRange(of: "}{")?.upperBound, let page = Int(rest[second...].prefix { $0 != "}" })
      else { continue }
      pages[String(name)] = page
    }
    return pages.keys.filter { !$0.hasPrefix("mark:") }.sorted().compactMap { name in
      guard let page = pages[name], let mark = pages["mark:\(name)"], abs(page - mark) > 1 else { return nil }
      return "The float \(name) stands on page \(page), far from page \(mark), where the text has it."
    }
  }
}
