//! What people see of the support programmes: the list, one of them, and the sheet that everybody reads.

pub mod list;
mod names;
pub mod one;
pub mod public;
