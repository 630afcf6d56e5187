//! What the `recordings` domain declares of itself.

use crate::core::actor::Role;
use crate::core::actor::Role::{Admin, Enterprise, Laboratory, Sampler};
use crate::db::grants::Rights;
use crate::inspections::policy::may_know;
use crate::recordings::policy::{may_know_recording, may_know_segment};
use crate::recordings::settings::RecordingSettings;
use crate::recordings::{api, content, external_api, pages, report};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{ByPolicy, Roles};
use crate::web::room::{Place, Room, word};
use crate::{pages, routes};

/// Who looks at recordings.
const READERS: &[Role] = &[Admin, Enterprise, Sampler, Laboratory];
/// Who records, and enters custody.
const RECORDERS: &[Role] = &[Admin, Sampler, Laboratory];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "recordings",
    tables: &[
        "recording",
        "recording_external",
        "recording_segment",
        "recording_summary",
        "recording_view",
        "sample_custody",
    ],
    rights: &[
        ("recording", Rights::Keep),
        ("recording_external", Rights::Keep),
        ("recording_segment", Rights::Keep),
        ("recording_summary", Rights::Keep),
        ("recording_view", Rights::Append),
        ("sample_custody", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin]), "抽样录像列表";
        report::figures, Roles(&[Admin]), "抽样录像统计";
        api::begin, ByPolicy(RECORDERS, may_know), "开始抽样录制";
        external_api::name, ByPolicy(RECORDERS, may_know), "登记外部系统的录像";
        external_api::end, ByPolicy(RECORDERS, may_know), "撤销登记外部系统的录像";
        api::manifest, ByPolicy(READERS, may_know), "抽样录像清单";
        api::view, ByPolicy(READERS, may_know), "登记查看录像";
        api::log, ByPolicy(&[Admin, Enterprise], may_know), "录像查看记录";
        api::custody, ByPolicy(RECORDERS, may_know), "登记样品保管环节";
        api::annul, ByPolicy(RECORDERS, may_know), "作废样品保管记录";
        content::content, ByPolicy(READERS, may_know_segment), "录像分段内容";
        api::blurred, ByPolicy(RECORDERS, may_know_segment), "上传模糊处理版";
        api::one, ByPolicy(READERS, may_know_recording), "录制详情";
        api::add, ByPolicy(RECORDERS, may_know_recording), "上传录像分段";
        api::close, ByPolicy(RECORDERS, may_know_recording), "结束抽样录制";
    ],
    pages: pages![
        GET "/recordings" => pages::recordings::list, Roles(&[Admin]), Place::new(&[Admin], 83, "抽样录像", "Recordings", "camera");
        GET "/inspections/{id}/recording" => pages::recording::one, Roles(READERS);
        GET "/sampling-tasks/{id}/record" => pages::record::one, Roles(RECORDERS);
    ],
    audit: &[
        word("begin_recording", "开始抽样录制", "began a recording"),
        word("add_recording_segment", "上传录像分段", "added a segment of a recording"),
        word("close_recording", "结束抽样录制", "brought a recording to its end"),
        word("name_external_recording", "登记外部系统的录像", "named a recording that another system keeps"),
        word(
            "end_external_recording",
            "撤销登记外部系统的录像",
            "took back a recording that another system keeps",
        ),
        word("add_blurred_rendition", "上传模糊处理版", "added a blurred rendition"),
        word("record_custody", "登记样品保管环节", "entered the custody of a sample"),
        word("annul_custody", "作废样品保管记录", "annulled an entry of custody"),
        word("view_recordings", "查看抽样录像", "looked at recordings"),
    ],
    settings: &[DeclaredSection::of::<RecordingSettings>()],
    personal: crate::recordings::personal::PARTS,
    ..Room::EMPTY
};
