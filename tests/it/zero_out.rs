mod cases;
mod checked;
mod corpus;
mod import;
mod lists;
mod mended;
mod sent_in;
mod template;
