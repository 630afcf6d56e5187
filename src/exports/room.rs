//! What the `exports` domain declares of itself.

use crate::exports::settings::ExportSettings;
use crate::settings::DeclaredSection;
use crate::web::room::{Room, subject, word};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "exports",
    settings: &[DeclaredSection::of::<ExportSettings>()],
    audit: &[
        word("export_list", "导出列表", "exported a list"),
        word("finish_export", "列表导出结束", "an export of a list ended"),
    ],
    subjects: &[subject("export", "导出文件", "exported file", "")],
    ..Room::EMPTY
};
