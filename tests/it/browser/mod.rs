//! The pages in a real Chromium.

mod look;
mod pictures;
mod safety;
mod session;
mod story;
mod walk;
mod wrong;
