//! The pages of the zero-out list: imports, enterprises, the console of an enterprise.

pub mod enterprise;
pub mod enterprises;
pub mod imported;
pub mod imports;
