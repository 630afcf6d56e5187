//! `backup` and `restore`: the database and the files, as they were at one moment, while the service runs.
//!
//! A back-up is a folder:
//!
//! | file | what |
//! |---|---|
//! | `manifest.json` | what the back-up holds, with SHA-256 sums, counts and the ends of the audit's chains; written last |
//! | `database.dump` | `pg_dump`'s custom format, of one snapshot |
//! | `files.jsonl` | id, size and SHA-256 of each uploaded file that the snapshot names, a line each |
//! | `files/` | these files |
//!
//! The snapshot is taken first, and whatever was acknowledged before it is in it. Uploaded files never change, and none is deleted while a
//! back-up runs, so they are copied behind it. Settings and their keys are not in it; what the database holds is: hashes of passwords, the
//! key between servers. So its files are its owner's alone, too.

mod copy;
mod layout;
mod manifest;
mod postgres;
mod restore;
mod snapshot;
mod take;

pub(super) use layout::Folder;
pub(super) use restore::restore;
pub(super) use take::take;
