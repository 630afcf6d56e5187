//! Which enterprise of the register a list may name that names it without its credit code: proposed by name and region, decided by an officer.

pub mod alike;
pub mod decide;
pub mod find;
pub mod propose;
pub mod queries;
