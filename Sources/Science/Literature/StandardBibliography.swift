extension Bibliography {
  /// The works that papers on the built-in templates cite.
  public static let standard = Bibliography([
    Reference(
      "loshchilov2019decoupled", .proceedings, authors: ["Loshchilov, Ilya", "Hutter, Frank"],
      title: "Decoupled weight decay regularization", venue: "International Conference on Learning Representations",
      year: 2019, address: "https://arxiv.org/abs/1711.05101"),
    Reference(
      "kingma2015adam", .proceedings, authors: ["Kingma, Diederik P.", "Ba, Jimmy"],
      title: "Adam: A method for stochastic optimization",
      venue: "International Conference on Learning Representations", year: 2015,
      address: "https://arxiv.org/abs/1412.6980"),
    Reference(
      "power2022grokking", .article,
      authors: ["Power, Alethea", "Burda, Yuri", "Edwards, Harri", "Babuschkin, Igor", "Misra, Vedant"],
      title: "Grokking: Generalization beyond overfitting on small algorithmic datasets",
      venue: "arXiv preprint arXiv:2201.02177", year: 2022, address: "https://arxiv.org/abs/2201.02177"),
    Reference(
      "nanda2023progress", .proceedings,
      authors: ["Nanda, Neel", "Chan, Lawrence", "Lieberum, Tom", "Smith, Jess", "Steinhardt, Jacob"],
      title: "Progress measures for grokking via mechanistic interpretability",
      venue: "International Conference on Learning Representations", year: 2023,
      address: "https://arxiv.org/abs/2301.05217"),
    Reference(
      "liu2022towards", .proceedings,
      authors: [
        "Liu, Ziming", "Kitouni, Ouail", "Nolte, Niklas", "Michaud, Eric J.", "Tegmark, Max", "Williams, Mike",
      ], title: "Towards understanding grokking: An effective theory of representation learning",
      venue: "Advances in Neural Information Processing Systems", year: 2022, volume: "35",
      address: "https://arxiv.org/abs/2205.10343"),
    Reference(
      "ho2020denoising", .proceedings, authors: ["Ho, Jonathan", "Jain, Ajay", "Abbeel, Pieter"],
      title: "Denoising diffusion probabilistic models", venue: "Advances in Neural Information Processing Systems",
      year: 2020, volume: "33", address: "https://arxiv.org/abs/2006.11239"),
    Reference(
      "vaswani2017attention", .proceedings,
      authors: [
        "Vaswani, Ashish", "Shazeer, Noam", "Parmar, Niki", "Uszkoreit, Jakob", "Jones, Llion", "Gomez, Aidan N.",
        "Kaiser, Łukasz", "Polosukhin, Illia",
      ], title: "Attention is all you need", venue: "Advances in Neural Information Processing Systems", year: 2017,
      volume: "30", address: "https://arxiv.org/abs/1706.03762"),
    Reference(
      "shannon1951prediction", .article, authors: ["Shannon, Claude E."],
      title: "Prediction and entropy of printed English", venue: "Bell System Technical Journal", year: 1951,
      volume: "30", number: "1", pages: "50–64", doi: "10.1002/j.1538-7305.1951.tb01366.x"),
    Reference(
      "efron1979bootstrap", .article, authors: ["Efron, Bradley"],
      title: "Bootstrap methods: Another look at the jackknife", venue: "The Annals of Statistics", year: 1979,
      volume: "7", number: "1", pages: "1–26", doi: "10.1214/aos/1176344552"),
    Reference(
      "efron1993introduction", .book, authors: ["Efron, Bradley", "Tibshirani, Robert J."],
      title: "An introduction to the bootstrap", venue: "Chapman & Hall", year: 1993),
    Reference(
      "szekely2013energy", .article, authors: ["Székely, Gábor J.", "Rizzo, Maria L."],
      title: "Energy statistics: A class of statistics based on distances",
      venue: "Journal of Statistical Planning and Inference", year: 2013, volume: "143", number: "8",
      pages: "1249–1272", doi: "10.1016/j.jspi.2013.03.018"),
    Reference(
      "gretton2012kernel", .article,
      authors: [
        "Gretton, Arthur", "Borgwardt, Karsten M.", "Rasch, Malte J.", "Schölkopf, Bernhard", "Smola, Alexander",
      ],
      title: "A kernel two-sample test", venue: "Journal of Machine Learning Research", year: 2012, volume: "13",
      pages: "723–773"),
    Reference(
      "henderson2018deep", .proceedings,
      authors: [
        "Henderson, Peter", "Islam, Riashat", "Bachman, Philip", "Pineau, Joelle", "Precup, Doina", "Meger, David",
      ], title: "Deep reinforcement learning that matters", venue: "AAAI Conference on Artificial Intelligence",
      year: 2018, address: "https://arxiv.org/abs/1709.06560"),
    Reference(
      "lu2024aiscientist", .article,
      authors: ["Lu, Chris", "Lu, Cong", "Lange, Robert Tjarko", "Foerster, Jakob", "Clune, Jeff", "Ha, David"],
      title: "The AI Scientist: Towards fully automated open-ended scientific discovery",
      venue: "arXiv preprint arXiv:2408.06292", year: 2024, address: "https://arxiv.org/abs/2408.06292"),
    Reference(
      "bradbury2018jax", .software,
      authors: [
        "Bradbury, James", "Frostig, Roy", "Hawkins, Peter", "Johnson, Matthew James", "Leary, Chris",
        "Maclaurin, Dougal", "Necula, George", "Paszke, Adam", "VanderPlas, Jake", "Wanderman-Milne, Skye",
        "Zhang, Qiao",
      ], title: "JAX: Composable transformations of Python+NumPy programs", venue: "", year: 2018,
      address: "https://github.com/jax-ml/jax"),
    Reference(
      "harris2020array", .article,
      authors: ["Harris, Charles R.", "Millman, K. Jarrod", "van der Walt, Stéfan J.", "Gommers, Ralf"],
      hasMoreAuthors: true, title: "Array programming with NumPy", venue: "Nature", year: 2020, volume: "585",
      pages: "357–362", doi: "10.1038/s41586-020-2649-2"),
    Reference(
      "hunter2007matplotlib", .article, authors: ["Hunter, John D."], title: "Matplotlib: A 2D graphics environment",
      venue: "Computing in Science & Engineering", year: 2007, volume: "9", number: "3", pages: "90–95",
      doi: "10.1109/MCSE.2007.55"),
  ])
}
