//! One binary for all integration tests; a folder for each module of `src`.

mod enterprises;
