//! What makes a saved filter valid. Pure.

use crate::web::query_params::PARTS;

/// The most characters of a name.
pub const MAX_NAME: usize = 40;
/// The most bytes of a query.
pub const MAX_QUERY: usize = 2_000;
/// Filters that one account may have.
pub const MOST: i64 = 100;

/// The parameter with the language of a page, which is no filter.
const LANGUAGE: &str = "lang";

/// A query as it is stored: the parameters that narrow or order a list, in their order; empty ones say nothing.
pub fn tidy_query(query: &str) -> String {
    let given = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
    let narrows = |name: &str| name != LANGUAGE && !PARTS.contains(&name);
    let kept = given.filter(|(name, value)| narrows(name) && !value.trim().is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_narrows_is_kept() {
        assert_eq!(
            tidy_query("?state=ordered&q=&cursor=abc&back=1&sort=deadline&lang=en"),
            "state=ordered&sort=deadline"
        );
        assert_eq!(tidy_query("q=%E6%81%92%E9%80%9A+a"), "q=%E6%81%92%E9%80%9A+a");
        assert_eq!(tidy_query("cursor=a"), "");
    }

    proptest! {
        #[test]
        fn a_tidy_query_stays_as_it_is(query in any::<String>()) {
            let tidy = tidy_query(&query);
            prop_assert_eq!(tidy_query(&tidy), tidy);
        }
    }
}
