//! The pages of bulletins: of the office that writes them, and of everybody.

pub mod office;
pub mod public;
