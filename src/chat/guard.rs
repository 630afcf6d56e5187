//! Finds a frame that is too large by its head, before its payload has come.
//!
//! The codec of the actors keeps what comes until a frame is whole and looks at the limit only then, so a frame that says it is a
//! terabyte long would be kept as far as it comes. Pure; counts bytes and keeps none (RFC 6455, section 5.2).

/// Bytes of the longest head without its mask.
const MOST_HEAD: usize = 10;
const MASK: u64 = 4;

/// Where in a client's frames the bytes seen so far end.
#[derive(Debug, Default)]
pub struct Guard {
    /// The part of a head that has come.
    head: [u8; MOST_HEAD],
    have: usize,
    /// Bytes of mask and payload that are still to come.
    left: u64,
}

impl Guard {
    /// Looks at the next bytes. Gives how many of them come before a frame that is larger than `most`, its head left out, where
    /// there is one.
    pub fn look(&mut self, bytes: &[u8], most: usize) -> Option<usize> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if self.left > 0 {
                let step = usize::try_from(self.left).unwrap_or(usize::MAX).min(rest.len());
                self.left -= step as u64;
                at += step;
                continue;
            }
            let (Some(place), Some(byte)) = (self.head.get_mut(self.have), rest.first()) else {
                return Some(at);
            };
            *place = *byte;
            self.have += 1;
            at += 1;
            if let Some((payload, masked)) = self.length() {
                if payload > most as u64 {
                    return Some(at.saturating_sub(self.have));
                }
                self.left = payload + if masked { MASK } else { 0 };
                self.have = 0;
            }
        }
        None
    }

    /// The length that the head gives, once it is whole, and whether a mask comes before the payload.
    fn length(&self) -> Option<(u64, bool)> {
        let [_, second, a, b, c, d, e, f, g, h] = self.head;
        let length = match (self.have, second & 0x7f) {
            (4, 126) => u16::from_be_bytes([a, b]).into(),
            (10, 127) => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            (2, length @ 0..126) => length.into(),
            _ => return None,
        };
        Some((length, second & 0x80 != 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(payload: usize, masked: bool) -> Vec<u8> {
        let mask = if masked { 0x80 } else { 0 };
        let mut bytes = vec![0x81];
        match (u8::try_from(payload), u16::try_from(payload)) {
            (Ok(len), _) if len < 126 => bytes.push(mask | len),
            (_, Ok(len)) => {
                bytes.push(mask | 126);
                bytes.extend(len.to_be_bytes());
            }
            _ => {
                bytes.push(mask | 127);
                bytes.extend((payload as u64).to_be_bytes());
            }
        }
        bytes.extend(vec![0x7f; payload + if masked { 4 } else { 0 }]);
        bytes
    }

    #[test]
    fn a_head_alone_is_enough() {
        let mut bytes = frame(3, true);
        let before = bytes.len();
        bytes.extend([0x82, 0xff]);
        bytes.extend((1_u64 << 40).to_be_bytes());
        assert_eq!(Guard::default().look(&bytes, 65_536), Some(before));
        assert_eq!(
            Guard::default().look(&[0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1),
            Some(0)
        );
    }

    proptest! {
        /// Cut anywhere, only the frame that is too large is found, and what came before it is left.
        #[test]
        fn only_what_is_too_large_is_found(
            sizes in proptest::collection::vec((prop_oneof![0..200_usize, 65_000..66_000_usize], any::<bool>()), 1..6),
            cut in 1..5000_usize,
        ) {
            const MOST: usize = 65_536;
            let mut guard = Guard::default();
            let bytes: Vec<u8> = sizes.iter().flat_map(|(size, masked)| frame(*size, *masked)).collect();
            let good: usize = sizes.iter().take_while(|(size, _)| *size <= MOST).map(|(n, m)| frame(*n, *m).len()).sum();
            let (mut passed, mut found) = (0, false);
            for part in bytes.chunks(cut) {
                if let Some(before) = guard.look(part, MOST) {
                    passed += before;
                    found = true;
                    break;
                }
                passed += part.len();
            }
            prop_assert_eq!(found, sizes.iter().any(|(size, _)| *size > MOST));
            // A head that is cut has let its first bytes pass.
            prop_assert!(passed >= good && passed < good + MOST_HEAD);
        }
    }
}
