//! Benchmarks. Each prints lines of `name value unit`.

pub mod import;
