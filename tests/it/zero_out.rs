mod cases;
mod corpus;
mod import;
pub mod lists;
mod sent_in;
