mod cases;
mod checked;
mod corpus;
mod import;
pub mod lists;
mod mended;
mod sent_in;
mod template;
