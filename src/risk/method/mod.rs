//! How a level of risk is found: probability by severity of harm, by an exact table. Pure.
//!
//! - [`natural`]: whole numbers of any size, as far as probabilities need them
//! - [`probability`]: probabilities as they are written, exactly; their products and sums
//! - [`table`]: the 32 cells, the units in use, what urgency and social impact add
//! - [`scenario`]: harm scenarios, what they come to together, how far the level hangs on each step

pub mod natural;
pub mod probability;
pub mod scenario;
pub mod table;
