//! All integration tests, in one binary: `support`, and a folder for each room of `src/`.

mod notifications;
mod support;
