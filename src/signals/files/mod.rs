//! Files of signals: asked for, read, taken back as a whole. The way of a file is that of every list ([`crate::list_files::imports`]).
//!
//! * `rows = inserted + updated + unchanged + rejected`.
//! * A file is gone when it was read; a check keeps its own for a while, that of a digest of complaints until it is imported.
//! * A withdrawal takes back what the file brought and puts back what it changed, as long as nothing rests on it.

pub mod checked;
pub mod request;
pub mod run;
pub mod standing;
pub mod template;
pub mod view;
pub mod withdraw;
