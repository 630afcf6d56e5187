//! Routes of a round: who goes where on which day, in which order.

pub mod apart;
pub mod geo;
pub mod plan;
pub mod points;
pub mod solver;
