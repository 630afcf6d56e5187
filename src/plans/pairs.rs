//! Who may be given to whom, and how well they fit: the input of the solver. Pure.

/// A score in millionths: whole numbers, so that a sum is exact and an optimum can be proved.
pub type Micros = i32;

/// Millionths as the score that they stand for, or as a sum or difference of such.
#[expect(clippy::cast_precision_loss, reason = "millionths of a province's total stay far below 2^53")]
#[must_use]
pub fn units(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// The most a score can be, so that no sum of two overflows.
pub const MOST: Micros = 1 << 28;

/// The allowed pairs of enterprises and experts with their scores, by enterprise, with the places that
/// each expert has. Enterprises and experts are numbers from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs {
    places: Vec<u32>,
    /// Where the pairs of each enterprise begin; one more at the end.
    starts: Vec<usize>,
    experts: Vec<u32>,
    scores: Vec<Micros>,
}

impl Pairs {
    /// No enterprises yet, and experts with so many places each.
    #[must_use]
    pub fn new(places: Vec<u32>) -> Self {
        Self { places, starts: vec![0], experts: Vec::new(), scores: Vec::new() }
    }

    /// Adds the next enterprise. Its experts come in rising order; a pair with an expert that is not
    /// known or not in order is left out, a score is cut to 0 to [`MOST`].
    pub fn push(&mut self, pairs: impl IntoIterator<Item = (u32, Micros)>) {
        let mut last = None;
        for (expert, score) in pairs {
            if last < Some(expert) && (expert as usize) < self.places.len() {
                last = Some(expert);
                self.experts.push(expert);
                self.scores.push(score.clamp(0, MOST));
            }
        }
        self.starts.push(self.experts.len());
    }

    /// Adds the enterprises of another part, which has the same experts.
    pub fn append(&mut self, part: &Self) {
        let so_far = self.experts.len();
        self.starts.extend(part.starts.iter().skip(1).map(|start| start + so_far));
        self.experts.extend_from_slice(&part.experts);
        self.scores.extend_from_slice(&part.scores);
    }

    /// How many enterprises there are.
    #[must_use]
    pub fn enterprises(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many experts there are.
    #[must_use]
    pub fn experts(&self) -> usize {
        self.places.len()
    }

    /// How many pairs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.experts.len()
    }

    /// Whether there is no pair at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.experts.is_empty()
    }

    /// The places of each expert.
    #[must_use]
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    /// The pairs of an enterprise.
    #[must_use]
    pub fn of(&self, enterprise: usize) -> Row<'_> {
        let bounds = (self.starts.get(enterprise), self.starts.get(enterprise + 1));
        let (Some(&from), Some(&to)) = bounds else { return Row::default() };
        Row {
            experts: self.experts.get(from..to).unwrap_or_default(),
            scores: self.scores.get(from..to).unwrap_or_default(),
        }
    }

    /// The score of a pair, where it is allowed.
    #[must_use]
    pub fn score(&self, enterprise: usize, expert: u32) -> Option<Micros> {
        self.of(enterprise).score(expert as usize)
    }
}

/// The experts that one enterprise may be given to, rising, and the scores beside them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row<'p> {
    experts: &'p [u32],
    scores: &'p [Micros],
}

impl<'p> Row<'p> {
    /// Each expert with the score.
    pub fn iter(self) -> impl ExactSizeIterator<Item = (u32, Micros)> + 'p {
        self.experts.iter().copied().zip(self.scores.iter().copied())
    }

    /// Whether nobody may be given to.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.experts.is_empty()
    }

    /// The score with an expert, where it is allowed.
    #[must_use]
    pub fn score(self, expert: usize) -> Option<Micros> {
        // A full row holds each expert at its own number.
        let at = match self.experts.get(expert) {
            Some(&found) if found as usize == expert => expert,
            _ => self.experts.binary_search(&u32::try_from(expert).ok()?).ok()?,
        };
        self.scores.get(at).copied()
    }
}
