//! A sampling list as a table: its columns, and what a row says. Pure.

mod batch;
pub mod column;
pub mod items;
pub mod parties;
pub mod places;
pub mod row;
pub mod samples;

#[cfg(test)]
mod two_rows {
    mod tests;
}
