//! Grades as they are kept: what a standing comes to as a row ([`row`], pure), what stands around it in other domains ([`surroundings`]), the
//! grading of some ([`some`]) and of all ([`all`]), and the rows that are written ([`mod@write`]).

pub mod all;
pub mod ask;
pub mod read;
pub mod regrading_view;
pub mod round;
pub mod row;
pub mod some;
pub mod surroundings;
pub mod weights;
pub mod write;
