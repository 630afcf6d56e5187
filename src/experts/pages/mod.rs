//! The pages of experts: applying and vetting.

pub mod application;
pub mod apply;
pub mod changes;
pub mod profile;
pub mod vetting;
