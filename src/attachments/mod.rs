//! Files that people attach: photos, reports, documents.
//!
//! Invariants:
//!
//! - The type of a file is found from its content ([`kind`]); the name and the type that came with it are not trusted. Types that the
//!   settings do not list are refused.
//! - The bytes are in an object store ([`files`]): a local folder, or any S3 store. The row comes
//!   first and goes last, so a crash leaves no object without a row.
//! - An upload belongs to its owner until it is used: in one stream of a chat, for one case, or for
//!   both; or for one thing of a higher domain (`used_for`). From then on whoever may see that place may read it, and nobody else.
//! - Where a scanner is configured, nobody gets a file before it was found clean, and nobody what something was found in ([`scan`]).
//! - A file may come in parts and go on where it broke off ([`resumable`]); then it is like one that came at once.
//! - The certificates of an application ([`applications`]) have no owner: they are the application's until it is declined or deleted.
//! - Segments of recordings ([`recordings`]) belong to their recording from the moment they are entered; `recordings`, above, gives them out, with a log.
//! - What was never used is deleted after some hours ([`housekeeping`]).
//!
//! Neighbours: `enterprises` below; above, `chat` puts files into its streams, `consultations`, `remediation` and `inspections` say who may read one
//! (`Room::sees_attachment`).

pub mod api;
pub mod applications;
pub mod erasure;
pub mod files;
pub mod form;
pub mod housekeeping;
pub mod ids;
pub mod kind;
mod personal;
pub mod policy;
mod quota;
pub mod range;
pub mod receive;
pub mod recordings;
pub mod resumable;
mod room;
pub mod scan;
pub mod settings;
pub mod state;
pub mod store;
pub mod upload;

pub use files::Files;
pub use kind::FileKind;
pub use room::ROOM;
pub use state::AttachmentState;
pub use store::AttachmentRow;
pub use upload::{Attachment, FinishUpload, StartUpload};
