//! The numbers of the messages of a block that hold a token, packed: the distance of each from the one before, seven bits to a byte.

/// Messages of a block.
pub const BLOCK: i64 = 1 << 14;

/// Packs places within a block, which rise.
#[must_use]
pub fn pack(places: impl IntoIterator<Item = u16>) -> Vec<u8> {
    let (mut out, mut before) = (Vec::new(), 0);
    for place in places {
        let mut left = place.wrapping_sub(before);
        before = place;
        while left >= 0x80 {
            out.push(u8::try_from(left & 0x7f).unwrap_or(0) | 0x80);
            left >>= 7;
        }
        out.push(u8::try_from(left).unwrap_or(0));
    }
    out
}

/// The places that were packed.
#[must_use]
pub fn unpack(packed: &[u8]) -> Vec<u16> {
    let mut out = Vec::with_capacity(packed.len());
    let (mut before, mut left, mut shift) = (0_u16, 0_u16, 0_u32);
    for byte in packed {
        left |= u16::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        shift += 7;
        if byte & 0x80 == 0 {
            before = before.wrapping_add(left);
            out.push(before);
            (left, shift) = (0, 0);
        }
    }
    out
}

/// What is in both, each of which rises.
#[must_use]
pub fn both(a: &[u16], b: &[u16]) -> Vec<u16> {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if few.len() * 16 < many.len() {
        return few.iter().copied().filter(|place| many.binary_search(place).is_ok()).collect();
    }
    let mut out = Vec::with_capacity(few.len());
    let mut rest = many.iter().copied().peekable();
    for place in few {
        while rest.next_if(|other| other < place).is_some() {}
        if rest.peek() == Some(place) {
            out.push(*place);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn what_is_packed_comes_back(places in proptest::collection::btree_set(0_u16..16384, 0..400)) {
            let packed = pack(places.iter().copied());
            prop_assert!(packed.len() <= 2 * places.len());
            prop_assert_eq!(unpack(&packed), Vec::from_iter(places));
        }

        #[test]
        fn what_is_in_both_is_found(
            a in proptest::collection::btree_set(0_u16..500, 0..200),
            b in proptest::collection::btree_set(0_u16..500, 0..20),
        ) {
            let both_of: BTreeSet<u16> = a.intersection(&b).copied().collect();
            let (a, b) = (Vec::from_iter(a), Vec::from_iter(b));
            prop_assert_eq!(both(&a, &b), Vec::from_iter(both_of));
        }

        #[test]
        fn damaged_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..50)) {
            prop_assert!(unpack(&bytes).len() <= bytes.len());
        }
    }
}
