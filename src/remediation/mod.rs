//! Remediation: the statutory course of one nonconformity, from the rectification order to clearance.
//!
//! Rules of the room:
//! * Deadlines are dates of the law, not service levels; nothing in the help-desk stops or moves them.
//! * A case keeps the version of the rules it was opened under.
//!
//! Neighbours: it looks up working days in `catalogue`.

pub mod clocks;
