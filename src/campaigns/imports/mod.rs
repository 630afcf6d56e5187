//! Files with entries of a register: asked for, read, taken back as a whole. The way of a file is that of every list ([`crate::list_files::imports`]).
//!
//! * `rows = inserted + updated + unchanged + rejected`; an entry that stands in the register as it is written is unchanged, and none is updated.
//! * Each row is taken or rejected for itself, by the rules that what is entered by hand goes by.
//! * A withdrawal takes the entries off the register that the file brought, as long as none of them was checked and none has a hazard.

pub mod checked;
pub mod request;
pub mod run;
pub mod standing;
pub mod template;
pub mod view;
pub mod withdraw;
