//! Finds a frame that is too large by its header, before its payload has arrived (RFC 6455, section 5.2).
//!
//! The codec of actix buffers a frame until it is complete and checks the limit only then, so a frame that claims to be a
//! terabyte long would be buffered as far as it arrives. Pure; counts bytes and keeps none.

/// Bytes of the longest header without its mask.
const MAX_HEADER: usize = 10;
const MASK: u64 = 4;

/// The position in a client's frames after the bytes scanned so far.
#[derive(Debug, Default)]
pub struct FrameSizeCheck {
    /// The part of a header that has arrived.
    header: [u8; MAX_HEADER],
    header_len: usize,
    /// Bytes of mask and payload that are still to arrive.
    left: u64,
}

impl FrameSizeCheck {
    /// Scans the next bytes. If a frame is larger than `most`, its header left out, gives the number of bytes before it.
    pub fn scan(&mut self, bytes: &[u8], most: usize) -> Option<usize> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if self.left > 0 {
                let step = usize::try_from(self.left).unwrap_or(usize::MAX).min(rest.len());
                self.left -= step as u64;
                at += step;
                continue;
            }
            let (Some(place), Some(byte)) = (self.header.get_mut(self.header_len), rest.first()) else {
                return Some(at);
            };
            *place = *byte;
            self.header_len += 1;
            at += 1;
            if let Some((payload, masked)) = self.length() {
                if payload > most as u64 {
                    return Some(at.saturating_sub(self.header_len));
                }
                self.left = payload + if masked { MASK } else { 0 };
                self.header_len = 0;
            }
        }
        None
    }

    /// The length that the header gives, once it is complete, and whether a mask precedes the payload.
    fn length(&self) -> Option<(u64, bool)> {
        let [_, second, a, b, c, d, e, f, g, h] = self.header;
        let length = match (self.header_len, second & 0x7f) {
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
    fn a_header_alone_is_enough() {
        let mut bytes = frame(3, true);
        let before = bytes.len();
        bytes.extend([0x82, 0xff]);
        bytes.extend((1_u64 << 40).to_be_bytes());
        assert_eq!(FrameSizeCheck::default().scan(&bytes, 65_536), Some(before));
        assert_eq!(
            FrameSizeCheck::default().scan(&[0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1),
            Some(0)
        );
    }

    proptest! {
        /// Cut anywhere, only the frame that is too large is found, and what came before it is left.
        #[test]
        fn only_a_frame_that_is_too_large_is_found(
            sizes in proptest::collection::vec((prop_oneof![0..200_usize, 65_000..66_000_usize], any::<bool>()), 1..6),
            cut in 1..5000_usize,
        ) {
            const MOST: usize = 65_536;
            let mut check = FrameSizeCheck::default();
            let bytes: Vec<u8> = sizes.iter().flat_map(|(size, masked)| frame(*size, *masked)).collect();
            let good: usize = sizes.iter().take_while(|(size, _)| *size <= MOST).map(|(n, m)| frame(*n, *m).len()).sum();
            let (mut passed, mut found) = (0, false);
            for part in bytes.chunks(cut) {
                if let Some(before) = check.scan(part, MOST) {
                    passed += before;
                    found = true;
                    break;
                }
                passed += part.len();
            }
            prop_assert_eq!(found, sizes.iter().any(|(size, _)| *size > MOST));
            // A header that is cut has let its first bytes pass.
            prop_assert!(passed >= good && passed < good + MAX_HEADER);
        }
    }
}
