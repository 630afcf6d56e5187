mod import;
mod lists;
