//! A real Chromium, driven by Debian's chromedriver: pages as people meet them.
//!
//! Elements are found by what people and screen readers have of them, role and name, in the page's language. Waiting is
//! always for a condition. What a page says on its console fails the test, unless the test has said that it is to come.

mod axe;
mod chromium;
mod page;

pub use chromium::Chromium;
pub use page::{Browser, TAB};
