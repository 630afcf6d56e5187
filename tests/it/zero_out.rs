mod cases;
mod checked;
mod corpus;
mod import;
pub mod lists;
mod memory;
mod mended;
mod sent_in;
mod template;
