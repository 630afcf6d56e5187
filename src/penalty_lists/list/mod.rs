//! What a penalty list says: its columns, and a row from its cells to a penalty. Pure.

pub mod acts;
pub mod column;
pub mod document;
pub mod row;
pub mod standing;
