//! What officers have to decide of penalties: whom they are against, and as what they count. Nothing is decided by itself.

pub mod decide;
pub mod queries;
