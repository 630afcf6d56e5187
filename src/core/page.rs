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

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Only rows beyond this one.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: i64,
}

impl Default for Slice {
    fn default() -> Self {
        Self { after: None, limit: DEFAULT_LIMIT }
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
        let after = match cursor.filter(|c| !c.is_empty()) {
            None => None,
            Some(text) => {
                let id = URL_SAFE_NO_PAD.decode(text).ok().and_then(|b| Uuid::from_slice(&b).ok());
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
        Ok(Self { after, limit })
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

    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}
