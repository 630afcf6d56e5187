//! Mutations of kept inputs, the same for the same seed.

use crate::support::random::Random;

/// What often decides in an input: quotes, separators, line ends, numbers at their limits, pieces of the formats.
const PIECES: [&[u8]; 28] = [
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"'=",
    b"-",
    b"+",
    b"Z",
    b"0",
    b"99999999",
    b"\xef\xbb\xbf",
    b"\xff",
    "中".as_bytes(),
    "　".as_bytes(),
    "\u{200b}".as_bytes(),
    b"{",
    b"}",
    b"\\u0000",
    b"<c r=\"A1\">",
    b"</row>",
    b"--edge",
    b"&#x0;",
];
/// Most bytes of an input that is mutated further.
const LONGEST: usize = 64 * 1024;

pub struct Mutator<'a> {
    random: Random,
    inputs: &'a [Vec<u8>],
}

impl<'a> Mutator<'a> {
    pub fn new(seed: u64, target: &str, inputs: &'a [Vec<u8>]) -> Self {
        let n = target.bytes().fold(0, |sum, byte| sum * 31 + u64::from(byte));
        Self { random: Random::new(seed, n), inputs }
    }

    fn below(&mut self, n: usize) -> usize {
        self.random.below(n.max(1) as u64) as usize
    }

    /// A kept input with one to four changes.
    pub fn next(&mut self) -> Vec<u8> {
        let at = self.below(self.inputs.len());
        let mut input = self.inputs[at].clone();
        for _ in 0..=self.below(4) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = (at + 1 + self.below(16)).min(input.len());
        match self.below(7) {
            0 if at < input.len() => input[at] = self.below(256) as u8,
            1 if at < input.len() => input[at] ^= 1 << self.below(8),
            2 if at < end => drop(input.drain(at..end)),
            3 if at < end => {
                let again = input[at..end].to_vec();
                input.splice(at..at, again);
            }
            4 => input.truncate(at),
            5 => {
                // The end of another input.
                let other = self.below(self.inputs.len());
                let from = self.below(self.inputs[other].len() + 1);
                input.truncate(at);
                input.extend_from_slice(&self.inputs[other][from..]);
            }
            _ => {
                let piece = PIECES[self.below(PIECES.len())];
                input.splice(at..at, piece.iter().copied());
            }
        }
    }
}

#[test]
fn mutations_are_the_same_for_the_same_seed() {
    let inputs = vec![b"one input".to_vec(), b"another".to_vec()];
    let some = |seed| {
        let mut mutator = Mutator::new(seed, "csv", &inputs);
        (0..50).map(|_| mutator.next()).collect::<Vec<_>>()
    };
    assert_eq!(some(1), some(1));
    assert_ne!(some(1), some(2));
}
