//! The import.
pub mod text;
