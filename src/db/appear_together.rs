//! Which tables may stand in one query, for the generated file `schema`.

/// Allows any two of these tables in one query.
///
/// diesel's `allow_tables_to_appear_in_same_query!` lets them do so under `ONLY` and `TABLESAMPLE`, too, which no query here
/// uses: ten implementations for each of some thousand pairs, against all of which the compiler holds each. That was half of
/// the time that it took to check the types of this crate.
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
