//! The pages in a real Chromium.

mod insecure;
mod look;
mod pictures;
mod safety;
mod session;
mod story;
mod walk;
mod wrong;
