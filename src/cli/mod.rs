//! The command line: a door like HTTP. It reaches everything through `App::execute`.

pub mod bench;
