//! Pages of rows in the order of the file. Pages are cut by UUIDs: that of a row is its stored number.

use crate::core::page::{Page, Slice};
use uuid::Uuid;

/// The stored number of the row after which a page begins; none is before the first one.
#[must_use]
pub fn after(slice: Slice) -> i32 {
    slice.after.map_or(-1, |cursor| i32::try_from(cursor.as_u128()).unwrap_or(i32::MAX))
}

/// The row of this stored number, as pages are cut by it.
#[must_use]
pub fn cursor(row_no: i32) -> Uuid {
    Uuid::from_u128(u128::try_from(row_no).unwrap_or(0))
}

/// A page of rows, each with its stored number, of up to one more than it holds.
#[must_use]
pub fn cut<R>(rows: Vec<(i32, R)>, slice: Slice) -> Page<R> {
    Page::cut(rows, slice, |(row_no, _)| cursor(*row_no)).map(|(_, row)| row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_all_rows() {
        let rows = || (1..=7).map(|row_no| (row_no, row_no * 10));
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let slice = Slice::parse(Some("3"), cursor.as_deref()).unwrap();
            let page = cut(rows().filter(|(row_no, _)| *row_no > after(slice)).take(4).collect(), slice);
            all.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(all, [10, 20, 30, 40, 50, 60, 70]);
    }
}
