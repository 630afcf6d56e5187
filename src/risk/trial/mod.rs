//! A version of the rules of the index tried on past days before it is enacted: which alerts it would have raised, with precision and lead time beside
//! those of the rules in force, and how many of the first places of its ranking failed afterwards. Nothing is stored.
//!
//! Each side is counted by the first window of its own rules, and by the days that results and signals have of themselves: a result counts from the day of
//! its report on, whenever it was entered. What the platform knew on a day is another question, which the index that is kept answers.
//!
//! - [`view`]: what is asked and answered
//! - `candidate`: the version that is tried, read and checked
//! - `course`: what a version does day by day, and what came of its alerts (pure)
//! - `past`: what the database knows of past days
//! - [`run`]: one trial

mod candidate;
mod course;
mod past;
pub mod run;
pub mod view;
