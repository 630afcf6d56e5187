//! The register of licensed producers (工业产品生产许可证): who holds a licence for a kind of product, from when until when. It is what the third
//! reading of the coverage rate is counted against. A mistake or an end is entered as a revocation, so what was known on a day stays known.

pub mod api;
pub mod commands;
pub mod file;
pub mod queries;
pub mod template;
