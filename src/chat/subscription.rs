//! What a session knows of a consultation that it follows: the next number of each stream to send.
//! Pure; the guarantee to the reader (every message once and in order) is kept here.
//!
//! Deliveries may come late, twice, out of order or not at all. The next number is sent, an older
//! one is dropped, and a gap makes the session read the log. While the log is read, deliveries are
//! only noted: the log contains them, too.
//!
//! A message is stored for an audience, which counts the changes of who may see the consultation. A message for
//! a later audience than the right to read was last confirmed for is not sent either: reading the log asks for the right again.

#![expect(clippy::indexing_slicing, reason = "a table of two, by the index of one of two streams")]

use crate::chat::kernel::Stream;

/// What to do with a delivered message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It is the next one: send it.
    Send,
    /// Drop it: it was sent before, will be read from the log, or may not be seen.
    Drop,
    /// Read the log: there is a gap before it, or it is for a later audience.
    ReadLog,
}

/// A consultation that a session follows.
#[derive(Debug, Clone, Copy)]
pub struct Subscription {
    /// The next number of each stream to send.
    next: [i64; 2],
    /// The high-water mark of each stream: the highest number that was delivered or reported.
    high_water: [i64; 2],
    /// The streams that the reader may see.
    visible: [bool; 2],
    /// Whether the log is being read, or the right to read is being checked.
    reading: bool,
    /// The audience for which the right to read was last confirmed.
    audience: i64,
}

impl Subscription {
    /// A subscription that begins after the numbers that the reader has. Nothing is sent before [`Subscription::granted`].
    pub fn after(numbers: [i64; 2]) -> Self {
        let next = numbers.map(|n| n.saturating_add(1));
        Self { next, high_water: [0; 2], visible: [false; 2], reading: true, audience: 0 }
    }

    /// Notes that the reader may see a stream whose last number is `last`.
    pub fn granted(&mut self, stream: Stream, last: i64) {
        let at = stream.index();
        self.visible[at] = true;
        // A reader that claims more than there is gets the messages that are stored next.
        self.next[at] = self.next[at].min(last.saturating_add(1));
        self.high_water[at] = self.high_water[at].max(last);
    }

    /// Notes that the right to read was confirmed for this audience.
    pub fn confirm(&mut self, audience: i64) {
        self.audience = self.audience.max(audience);
    }

    /// Whether the reader may see the talk, and so the consultation.
    pub fn is_granted(&self) -> bool {
        self.visible[Stream::Talk.index()]
    }

    /// Decides about a delivered message that is for this audience.
    pub fn delivered(&mut self, stream: Stream, seq: i64, audience: i64) -> Delivery {
        let at = stream.index();
        if self.reading {
            self.high_water[at] = self.high_water[at].max(seq);
            return Delivery::Drop;
        }
        if !self.visible[at] || seq < self.next[at] {
            return Delivery::Drop;
        }
        if seq == self.next[at] && audience <= self.audience {
            self.next[at] += 1;
            return Delivery::Send;
        }
        self.high_water[at] = self.high_water[at].max(seq);
        Delivery::ReadLog
    }

    /// Notes that the log holds messages up to this number. Gives whether it must be read.
    pub fn log_advanced(&mut self, stream: Stream, seq: i64) -> bool {
        let at = stream.index();
        self.high_water[at] = self.high_water[at].max(seq);
        !self.reading && self.visible[at] && self.high_water[at] >= self.next[at]
    }

    /// The stream to read from the log next, with the number to read after; nothing once no stream is behind. Until
    /// then deliveries are only noted.
    pub fn next_read(&mut self) -> Option<(Stream, i64)> {
        let behind = [Stream::Talk, Stream::Notes].into_iter().find(|stream| {
            let at = stream.index();
            self.visible[at] && self.high_water[at] >= self.next[at]
        });
        self.reading = behind.is_some();
        behind.map(|stream| (stream, self.next[stream.index()] - 1))
    }

    /// Decides about a message that was read from the log: whether it is the next one, to be sent.
    pub fn accept(&mut self, stream: Stream, seq: i64) -> bool {
        let next = &mut self.next[stream.index()];
        let fits = seq == *next;
        if fits {
            *next += 1;
        }
        fits
    }

    /// Resets the high-water mark of a stream: the log holds nothing more, so the mark was wrong, and reading for it
    /// again would never end.
    pub fn reset_high_water_mark(&mut self, stream: Stream) {
        self.high_water[stream.index()] = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_sent_before_it_is_granted() {
        let mut subscription = Subscription::after([0, 0]);
        assert_eq!(subscription.delivered(Stream::Talk, 1, 0), Delivery::Drop);
        assert!(!subscription.is_granted());
        subscription.granted(Stream::Talk, 0);
        assert_eq!(subscription.next_read(), Some((Stream::Talk, 0)), "the one delivered in the meantime");
        assert!(subscription.accept(Stream::Talk, 1));
        assert_eq!(subscription.next_read(), None);
        assert_eq!(subscription.delivered(Stream::Notes, 1, 0), Delivery::Drop, "notes were never granted");
    }

    #[test]
    fn a_reader_that_claims_too_much_gets_what_comes_next() {
        let mut subscription = Subscription::after([900, i64::MAX]);
        subscription.granted(Stream::Talk, 3);
        subscription.granted(Stream::Notes, 0);
        assert_eq!(subscription.next_read(), None);
        assert_eq!(subscription.delivered(Stream::Talk, 4, 0), Delivery::Send);
        assert_eq!(subscription.delivered(Stream::Notes, 1, 0), Delivery::Send);
    }

    #[test]
    fn a_message_for_a_later_audience_is_not_sent_before_the_right_is_confirmed() {
        let mut subscription = Subscription::after([0, 0]);
        subscription.granted(Stream::Talk, 0);
        subscription.confirm(3);
        assert_eq!(subscription.next_read(), None);
        assert_eq!(subscription.delivered(Stream::Talk, 1, 3), Delivery::Send);
        assert_eq!(subscription.delivered(Stream::Talk, 2, 4), Delivery::ReadLog);
        assert_eq!(subscription.next_read(), Some((Stream::Talk, 1)));
        subscription.confirm(4);
        assert!(subscription.accept(Stream::Talk, 2));
        assert_eq!(subscription.next_read(), None);
        assert_eq!(subscription.delivered(Stream::Talk, 3, 4), Delivery::Send);
    }

    proptest! {
        /// However deliveries are lost, duplicated and shuffled, and wherever reading is interrupted,
        /// the reader gets every number once and in order.
        #[test]
        fn every_number_once_and_in_order(
            had in 0i64..20,
            deliveries in proptest::collection::vec((1i64..=60, 0i64..4), 0..200),
            pages in proptest::collection::vec(1i64..10, 1..50),
        ) {
            let last = 60;
            let mut subscription = Subscription::after([had, 0]);
            let (mut stored, mut got) = (20, had);
            subscription.granted(Stream::Talk, stored);
            let mut pages = pages.into_iter().cycle();
            let mut catch_up = |subscription: &mut Subscription, stored: i64, got: &mut i64| {
                while let Some((_, after)) = subscription.next_read() {
                    let size = pages.next().unwrap_or(1);
                    let page: Vec<i64> = (after + 1..=stored).take(usize::try_from(size).unwrap()).collect();
                    if page.is_empty() {
                        subscription.reset_high_water_mark(Stream::Talk);
                    }
                    for seq in page {
                        if subscription.accept(Stream::Talk, seq) {
                            *got += 1;
                            prop_assert_eq!(seq, *got);
                        }
                    }
                }
                Ok(())
            };
            catch_up(&mut subscription, stored, &mut got)?;
            for (seq, audience) in deliveries {
                stored = stored.max(seq);
                match subscription.delivered(Stream::Talk, seq, audience) {
                    Delivery::Send => {
                        got += 1;
                        prop_assert_eq!(seq, got);
                    }
                    Delivery::ReadLog => catch_up(&mut subscription, stored, &mut got)?,
                    Delivery::Drop => {}
                }
            }
            if subscription.log_advanced(Stream::Talk, last) {
                catch_up(&mut subscription, last, &mut got)?;
            }
            prop_assert_eq!(got, last);
        }
    }
}
