//! What officers see of signals: the inbox, one signal, files and what came of them, feeds, figures.

pub mod feeds;
pub mod figures;
pub mod import;
pub mod imports;
pub mod inbox;
pub mod signal;
pub mod words;
