//! Taking a list back as a whole, while nothing stands on its rows; else what does, row by row.

pub mod standing;
pub mod withdraw;
