//! Cursor paging: newest first, by the time-ordered id.

use crate::core::problem::{FieldError, Problem};
use crate::core::text::Text;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The rows of a page when the caller names no limit.
pub const DEFAULT_LIMIT: i64 = 50;
/// The most rows of a page.
pub const MAX_LIMIT: i64 = 200;

/// The length of a cursor with a rank behind the id, in bytes.
const RANKED: usize = 17;

/// An order in which people may have a list in place of its own, which is the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListOrder {
    /// How the address of the page says it, as `sort`.
    pub word: &'static str,
    /// What the choice says, in Chinese.
    pub zh: &'static str,
    /// What the choice says, in English.
    pub en: &'static str,
    /// What the rows are sorted by, as SQL with its direction.
    pub sql: &'static str,
    /// Whether it is by something that officers alone see.
    pub officers: bool,
}

impl ListOrder {
    /// An order for everyone who may open the page.
    pub const fn new(word: &'static str, zh: &'static str, en: &'static str, sql: &'static str) -> Self {
        Self { word, zh, en, sql, officers: false }
    }

    /// The same for officers only.
    #[must_use]
    pub const fn of_officers(self) -> Self {
        Self { officers: true, ..self }
    }
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Only rows beyond this one.
    pub after: Option<Uuid>,
    /// The most rows of the page.
    pub limit: i64,
    /// The rank of that row, in a list that is ranked by how well rows fit a search: those of the ranks before are behind it.
    pub rank: usize,
    /// So many rows are passed over, in a list that is sorted by something else than time.
    pub skip: i64,
    /// The order, where it is not the list's own.
    pub order: Option<&'static ListOrder>,
}

impl Default for Slice {
    fn default() -> Self {
        Self { after: None, limit: DEFAULT_LIMIT, rank: 0, skip: 0, order: None }
    }
}

impl Slice {
    /// Reads `limit` and `cursor` of a query string.
    ///
    /// # Errors
    /// Names `limit` or `cursor` and what is wrong with it.
    pub fn parse(limit: Option<&str>, cursor: Option<&str>) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let limit = match limit {
            None => DEFAULT_LIMIT,
            Some(text) => match text.parse::<i64>() {
                Ok(n) if (1..=MAX_LIMIT).contains(&n) => n,
                _ => {
                    errors.push(FieldError::query(
                        "limit",
                        Text::new(
                            format!("须为 1 到 {MAX_LIMIT} 的整数"),
                            format!("must be a whole number from 1 to {MAX_LIMIT}"),
                        ),
                    ));
                    DEFAULT_LIMIT
                }
            },
        };
        let mut rank = 0;
        let after = match cursor.filter(|c| !c.is_empty()) {
            None => None,
            Some(text) => {
                let mut bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
                if bytes.len() == RANKED {
                    rank = bytes.pop().map_or(0, usize::from);
                }
                let id = Uuid::from_slice(&bytes).ok();
                if id.is_none() {
                    errors.push(FieldError::query(
                        "cursor",
                        Text::new("不是本接口给出的游标", "is not a cursor that this list gave out"),
                    ));
                }
                id
            }
        };
        Problem::unless_empty(errors)?;
        Ok(Self { after, limit, rank, skip: 0, order: None })
    }

    /// The same of a list that is sorted by something else than time: its cursors are numbers of rows.
    ///
    /// # Errors
    /// Names `cursor`.
    pub fn sorted(limit: i64, cursor: Option<&str>) -> Result<Self, Problem> {
        let skip = match cursor.filter(|c| !c.is_empty()) {
            None => 0,
            Some(text) => {
                let bytes = URL_SAFE_NO_PAD.decode(text).ok();
                let bytes: Option<[u8; 4]> = bytes.and_then(|bytes| bytes.try_into().ok());
                let text = Text::new("不是本列表给出的游标", "is not a cursor that this list gave out");
                u32::from_be_bytes(
                    bytes.ok_or_else(|| Problem::invalid(vec![FieldError::query("cursor", text)]))?,
                )
            }
        };
        Ok(Self { limit, skip: skip.into(), ..Self::default() })
    }
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last.
    pub next_cursor: Option<String>,
}

/// How many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Those that were counted.
    pub rows: i64,
    /// There are more than were counted.
    pub more: bool,
}

impl<T> Page<T> {
    /// Makes a page from up to `limit + 1` rows: the one too many says that there is more.
    pub fn cut(mut rows: Vec<T>, slice: Slice, id: impl Fn(&T) -> Uuid) -> Self {
        let limit = usize::try_from(slice.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor =
            if more { rows.last().map(|row| URL_SAFE_NO_PAD.encode(id(row).as_bytes())) } else { None };
        Self { items: rows, next_cursor }
    }

    /// The same of a list that is sorted by something else than time.
    pub fn cut_sorted(mut rows: Vec<T>, slice: Slice) -> Self {
        let limit = usize::try_from(slice.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = u32::try_from(slice.skip.saturating_add(slice.limit)).ok().filter(|_| more);
        Self { items: rows, next_cursor: next.map(|skip| URL_SAFE_NO_PAD.encode(skip.to_be_bytes())) }
    }

    /// Makes a page of a list that is ranked: the rows of the first rank, then those of the next, until it is full. `load` gives up to one
    /// row more than its slice wants, of the rank that the slice names. In an order of its own a list has no ranks: all that is found is one.
    ///
    /// # Errors
    /// Those of `load`.
    pub fn by_rank<E>(
        ranks: usize,
        slice: Slice,
        mut load: impl FnMut(Slice) -> Result<Vec<T>, E>,
        id: impl Fn(&T) -> Uuid,
    ) -> Result<Self, E> {
        if slice.order.is_some() {
            return Ok(Self::cut_sorted(load(slice)?, slice));
        }
        let limit = usize::try_from(slice.limit).unwrap_or(usize::MAX);
        let mut rows: Vec<(usize, T)> = Vec::new();
        for rank in slice.rank..ranks {
            let after = slice.after.filter(|_| rank == slice.rank);
            let taken = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let part = load(Slice { after, limit: slice.limit.saturating_sub(taken), rank, ..slice })?;
            rows.extend(part.into_iter().map(|row| (rank, row)));
            if rows.len() > limit {
                break;
            }
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|(rank, row)| {
            let mut bytes = id(row).as_bytes().to_vec();
            bytes.extend(u8::try_from(*rank).ok().filter(|rank| *rank > 0));
            URL_SAFE_NO_PAD.encode(bytes)
        });
        Ok(Self { items: rows.into_iter().map(|(_, row)| row).collect(), next_cursor })
    }

    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sorted_list_is_cut_by_numbers_of_rows() {
        let rows: Vec<i64> = (0..7).collect();
        let (mut all, mut cursor, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let slice = Slice::sorted(3, cursor.as_deref()).unwrap();
            let found = rows.iter().copied().skip(usize::try_from(slice.skip).unwrap()).take(4).collect();
            let page = Page::cut_sorted(found, slice);
            all.extend(page.items);
            pages += 1;
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!((all, pages), (rows, 3));
        for wrong in ["x", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA", "%"] {
            assert_eq!(Slice::sorted(3, Some(wrong)).unwrap_err().errors[0].pointer, "?cursor", "{wrong}");
        }
    }

    /// Goes through all pages of rows with these ranks, the greatest id first within a rank.
    fn walk(ranks: &[usize], limit: i64) -> Vec<(usize, u128)> {
        let mut rows: Vec<(usize, u128)> = ranks.iter().copied().zip(1..).collect();
        rows.sort_by_key(|(rank, id)| (*rank, std::cmp::Reverse(*id)));
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let slice = Slice::parse(Some(&limit.to_string()), cursor.as_deref()).unwrap();
            let page = Page::by_rank(
                4,
                slice,
                |slice| {
                    let fits = |row: &&(usize, u128)| {
                        row.0 == slice.rank && slice.after.is_none_or(|after| row.1 < after.as_u128())
                    };
                    let most = usize::try_from(slice.limit).unwrap() + 1;
                    Ok::<_, ()>(rows.iter().filter(fits).take(most).copied().collect())
                },
                |row| Uuid::from_u128(row.1),
            )
            .unwrap();
            assert!(page.items.len() <= usize::try_from(limit).unwrap());
            all.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                assert_eq!(all, rows);
                return all;
            }
        }
    }

    proptest! {
        #[test]
        fn the_pages_of_a_ranked_list_are_the_list(ranks in proptest::collection::vec(0_usize..4, 0..40), limit in 1_i64..12) {
            prop_assert_eq!(walk(&ranks, limit).len(), ranks.len());
        }
    }
}
