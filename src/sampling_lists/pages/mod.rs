//! What officers see of sampling lists: files and what came of them, the way back, and enterprises that are proposed.

pub mod list;
pub mod lists;
pub mod proposals;
pub mod samples;
pub mod withdraw;
pub mod words;
