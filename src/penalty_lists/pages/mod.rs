//! What officers see of penalty lists: files and what came of them, the penalties, what is to be decided of them, and the way back.

pub mod list;
pub mod lists;
pub mod penalties;
pub mod penalty;
pub mod questions;
pub mod withdraw;
pub mod words;
