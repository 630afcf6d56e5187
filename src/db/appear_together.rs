//! Which tables may stand in one query, for the generated file `schema`.
//!
//! A domain's query holds its own tables and what all may read: the views of the schema `published` and the reference data. So only the
//! tables of one domain, and what all may read, are named pair by pair; between the two a bound says it once for each table. Said for each
//! pair, the compiler would hold the square of the number of tables against each other, which was a large part of what it takes to check
//! this crate. Whether a domain may read a view (those of lower ones alone) is held by the tests of the layers.

use diesel::query_source::Table;

/// A table of a domain.
pub trait OwnTable: Table {}

/// What any domain may read: a published view, or a table of the reference data.
pub trait ForAll: Table {}

/// Allows any two of these tables in one query.
///
/// diesel's `allow_tables_to_appear_in_same_query!` lets them do so under `ONLY` and `TABLESAMPLE`, too, which no query here
/// uses: ten implementations for each pair.
macro_rules! appear_together {
    ($left:ident, $($right:ident),+ $(,)?) => {
        $(
            impl diesel::query_source::TableNotEqual<$left::table> for $right::table {}
            impl diesel::query_source::TableNotEqual<$right::table> for $left::table {}
        )+
        appear_together!($($right),+);
    };
    ($last:ident $(,)?) => {};
}

/// The tables of one domain: together in one query, and with what all may read.
macro_rules! own {
    ($($table:ident),+ $(,)?) => {
        $(
            impl $crate::db::appear_together::OwnTable for $table::table {}
            impl<T: $crate::db::appear_together::ForAll> diesel::query_source::TableNotEqual<T> for $table::table {}
        )+
        appear_together!($($table),+);
    };
}

/// What all may read: together in one query, and with the tables of any domain.
macro_rules! for_all {
    ($($view:ident),+ $(,)?) => {
        $(
            impl $crate::db::appear_together::ForAll for $view::table {}
            impl<T: $crate::db::appear_together::OwnTable> diesel::query_source::TableNotEqual<T> for $view::table {}
        )+
        appear_together!($($view),+);
    };
}
