import Glibc
import Testing

@testable import Sandbox

/// The Python and TeX environments of jobs, if this machine has them.
@Suite(.serialized) struct EnvironmentTests {
  private static let python = getenv("SHOAL_PYTHON").map { PythonEnvironment(path: String(cString: $0)) }

  @Test(.enabled(if: python != nil, "SHOAL_PYTHON names no virtual environment"), .timeLimit(.minutes(2)))
  func `JAX trains, on one thread and the same each time, and matplotlib draws`() async throws {
    let world = try SandboxWorld()
    let sandbox = try world.sandbox()
    let job = try #require(Self.python).job(
      script: "train.py",
      files: [
        JobFile(
          path: "train.py",
          text: """
            import jax, jax.numpy as jnp, optax, json
            import matplotlib.pyplot as plt
            step = optax.adam(0.1)
            loss = lambda w: jnp.sum((w - 3.0) ** 2)
            def body(carry, _):
              w, s = carry
              value, gradient = jax.value_and_grad(loss)(w)
              change, s = step.update(gradient, s)
              return (optax.apply_updates(w, change), s), value
            w = jax.random.normal(jax.random.key(0), (64,))
            (w, _), values = jax.lax.scan(body, (w, step.init(w)), None, length=200)
            json.dump({'loss': float(values[-1])}, open('final_info.json', 'w'))
            plt.plot(values); plt.savefig('loss.png', metadata={'Software': None})
            print(len(jax.devices()))
            """)
      ])
    let first = try await sandbox.run(job)
    #expect(first.end == .exited(0), "\(first.errorsTail)")
    #expect(first.files.map(\.path) == ["final_info.json", "loss.png"])
    #expect(first.outputTail == "1\n")
    let second = try await sandbox.run(job)
    #expect(first.files == second.files)
    let findings = await Sandbox.probe(world.configuration, python: Self.python)
    #expect(findings.last?.severity == .works)
  }

  @Test(.enabled(if: access("/usr/bin/latexmk", X_OK) == 0, "latexmk is not installed"), .timeLimit(.minutes(2)))
  func `LaTeX makes a PDF, and a document can neither start a program nor write elsewhere`() async throws {
    let world = try SandboxWorld()
    let document = #"""
      \documentclass{article}\usepackage{graphicx}
      \begin{document}A paper~\cite{x}. \immediate\write18{touch /job/started}
      \begin{thebibliography}{1}\bibitem{x} Somebody. \emph{Something}.\end{thebibliography}
      \end{document}
      """#
    let tex = TeXEnvironment()
    let report = try await world.sandbox().run(
      SandboxJob(
        command: ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        files: [JobFile(path: "paper.tex", text: document)], inputs: tex.inputs, environment: tex.variables,
        collect: CollectRules { $0 == "paper.pdf" || $0 == "started" }))
    #expect(report.end == .exited(0), "\(report.outputTail.suffix(2000)) \(report.errorsTail)")
    #expect(report.files.map(\.path) == ["paper.pdf"])
    #expect(report.files.first?.bytes.starts(with: Array("%PDF-".utf8)) == true)
  }
}
