//! What a session remembers of a consultation it follows: the next number of each stream to send.
//! Pure; this is where the promise to the reader is kept.
//!
//! Deliveries may come late, doubled, out of order or not at all. The next number is sent, an older
//! one is dropped, and a gap makes the session read the log. While the log is read, deliveries are
//! only noted: the log has them too.
//!
//! A message is stored for an audience, a count of the changes of who may see it. One for a later
//! audience than the right was last confirmed at is not sent either: reading the log asks anew.

#![expect(clippy::indexing_slicing, reason = "a table of two, by the index of one of two streams")]

use crate::chat::protocol::Stream;

/// What to do with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It is the next: send it.
    Send,
    /// It was sent before, will be read from the log, or may not be seen.
    Drop,
    /// There is a gap before it, or it is for a later audience: read the log.
    Read,
}

/// One followed consultation.
#[derive(Debug, Clone, Copy)]
pub struct Following {
    /// The next number of each stream to send.
    next: [i64; 2],
    /// The highest number of each stream that was heard of.
    heard: [i64; 2],
    /// Streams that may be seen.
    seen: [bool; 2],
    /// Whether the log is being read, or the right to see it being asked for.
    reading: bool,
    /// The audience that the reader was last known to be one of.
    audience: i64,
}

impl Following {
    /// Begins after the numbers that the reader has. Nothing is sent before [`Following::granted`].
    pub fn after(numbers: [i64; 2]) -> Self {
        let next = numbers.map(|n| n.saturating_add(1));
        Self { next, heard: [0; 2], seen: [false; 2], reading: true, audience: 0 }
    }

    /// The reader may see a stream whose last number is `last`.
    pub fn granted(&mut self, stream: Stream, last: i64) {
        let at = stream.index();
        self.seen[at] = true;
        // A reader that claims more than there is gets what comes next.
        self.next[at] = self.next[at].min(last.saturating_add(1));
        self.heard[at] = self.heard[at].max(last);
    }

    /// The right to see was confirmed for this audience.
    pub fn confirm(&mut self, audience: i64) {
        self.audience = self.audience.max(audience);
    }

    /// Whether the reader may see the talk, and so the consultation.
    pub fn is_granted(&self) -> bool {
        self.seen[Stream::Talk.index()]
    }

    /// A message was delivered that is for this audience.
    pub fn hear(&mut self, stream: Stream, seq: i64, audience: i64) -> Heard {
        let at = stream.index();
        if self.reading {
            self.heard[at] = self.heard[at].max(seq);
            return Heard::Drop;
        }
        if !self.seen[at] || seq < self.next[at] {
            return Heard::Drop;
        }
        if seq == self.next[at] && audience <= self.audience {
            self.next[at] += 1;
            return Heard::Send;
        }
        self.heard[at] = self.heard[at].max(seq);
        Heard::Read
    }

    /// The log holds messages up to this number. Gives whether it must be read.
    pub fn hint(&mut self, stream: Stream, seq: i64) -> bool {
        let at = stream.index();
        self.heard[at] = self.heard[at].max(seq);
        !self.reading && self.seen[at] && self.heard[at] >= self.next[at]
    }

    /// The stream to read next and after which number; nothing once none is behind. Until then
    /// deliveries are only noted.
    pub fn read(&mut self) -> Option<(Stream, i64)> {
        let behind = [Stream::Talk, Stream::Notes].into_iter().find(|stream| {
            let at = stream.index();
            self.seen[at] && self.heard[at] >= self.next[at]
        });
        self.reading = behind.is_some();
        behind.map(|stream| (stream, self.next[stream.index()] - 1))
    }

    /// A message was read from the log. Gives whether it is the next, to be sent.
    pub fn take(&mut self, stream: Stream, seq: i64) -> bool {
        let next = &mut self.next[stream.index()];
        let fits = seq == *next;
        if fits {
            *next += 1;
        }
        fits
    }

    /// Nothing more stands in the log: what was heard of was a rumour, and asking for it again would
    /// never end.
    pub fn forget_rumours(&mut self, stream: Stream) {
        self.heard[stream.index()] = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_sent_before_it_is_granted() {
        let mut following = Following::after([0, 0]);
        assert_eq!(following.hear(Stream::Talk, 1, 0), Heard::Drop);
        assert!(!following.is_granted());
        following.granted(Stream::Talk, 0);
        assert_eq!(following.read(), Some((Stream::Talk, 0)), "the one heard of in the meantime");
        assert!(following.take(Stream::Talk, 1));
        assert_eq!(following.read(), None);
        assert_eq!(following.hear(Stream::Notes, 1, 0), Heard::Drop, "notes were never granted");
    }

    #[test]
    fn a_reader_that_claims_too_much_gets_what_comes_next() {
        let mut following = Following::after([900, i64::MAX]);
        following.granted(Stream::Talk, 3);
        following.granted(Stream::Notes, 0);
        assert_eq!(following.read(), None);
        assert_eq!(following.hear(Stream::Talk, 4, 0), Heard::Send);
        assert_eq!(following.hear(Stream::Notes, 1, 0), Heard::Send);
    }

    #[test]
    fn a_message_for_a_later_audience_is_not_sent_before_the_right_is_confirmed() {
        let mut following = Following::after([0, 0]);
        following.granted(Stream::Talk, 0);
        following.confirm(3);
        assert_eq!(following.read(), None);
        assert_eq!(following.hear(Stream::Talk, 1, 3), Heard::Send);
        assert_eq!(following.hear(Stream::Talk, 2, 4), Heard::Read);
        assert_eq!(following.read(), Some((Stream::Talk, 1)));
        following.confirm(4);
        assert!(following.take(Stream::Talk, 2));
        assert_eq!(following.read(), None);
        assert_eq!(following.hear(Stream::Talk, 3, 4), Heard::Send);
    }

    proptest! {
        /// However deliveries are lost, doubled and shuffled, and wherever reading is interrupted,
        /// the reader gets every number once and in order.
        #[test]
        fn every_number_once_and_in_order(
            had in 0i64..20,
            deliveries in proptest::collection::vec((1i64..=60, 0i64..4), 0..200),
            pages in proptest::collection::vec(1i64..10, 1..50),
        ) {
            let last = 60;
            let mut following = Following::after([had, 0]);
            let (mut stored, mut got) = (20, had);
            following.granted(Stream::Talk, stored);
            let mut pages = pages.into_iter().cycle();
            let mut catch_up = |following: &mut Following, stored: i64, got: &mut i64| {
                while let Some((_, after)) = following.read() {
                    let size = pages.next().unwrap_or(1);
                    let page: Vec<i64> = (after + 1..=stored).take(size as usize).collect();
                    if page.is_empty() {
                        following.forget_rumours(Stream::Talk);
                    }
                    for seq in page {
                        if following.take(Stream::Talk, seq) {
                            *got += 1;
                            prop_assert_eq!(seq, *got);
                        }
                    }
                }
                Ok(())
            };
            catch_up(&mut following, stored, &mut got)?;
            for (seq, audience) in deliveries {
                stored = stored.max(seq);
                match following.hear(Stream::Talk, seq, audience) {
                    Heard::Send => {
                        got += 1;
                        prop_assert_eq!(seq, got);
                    }
                    Heard::Read => catch_up(&mut following, stored, &mut got)?,
                    Heard::Drop => {}
                }
            }
            if following.hint(Stream::Talk, last) {
                catch_up(&mut following, last, &mut got)?;
            }
            prop_assert_eq!(got, last);
        }
    }
}
