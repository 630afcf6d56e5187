//! The pages in a real Chromium.

mod session;
mod story;
