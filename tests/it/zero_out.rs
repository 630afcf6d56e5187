mod cases;
mod corpus;
mod import;
mod lists;
mod sent_in;
