//! Beginning a recording with a nonce, bringing it to its end, adding blurred renditions.

use crate::attachments::ids::AttachmentId;
use crate::attachments::recordings as files;
use crate::attachments::store::hex;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{recording, recording_segment};
use crate::db::{Command, Tx};
use crate::inspections::ids::InspectionId;
use crate::recordings::ids::{RecordingId, SegmentId};
use crate::recordings::inspected::{self, Inspected};
use crate::recordings::policy;
use crate::recordings::settings::{rules_of, rules_on};
use crate::recordings::shots::Channel;
use crate::recordings::store::{self, RecordingRow};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;

/// The most characters of a device's id.
const MAX_DEVICE: usize = 100;
/// The most recordings of one inspection.
const MOST_RECORDINGS: i64 = 30;

/// Begins a recording: gives a nonce, and the words that are said into the camera.
#[derive(Debug, Clone, Serialize)]
pub struct BeginRecording {
    /// The inspection.
    pub inspection: InspectionId,
    /// The id that the device has given itself.
    pub device_id: String,
    /// What the device's clock says.
    pub device_time: DateTime<Utc>,
    /// Where and how the sample is taken; by the role of the operator where nothing is said.
    pub channel: Option<Channel>,
}

impl Command for BeginRecording {
    type Output = RecordingId;
    const NAME: &'static str = "begin_recording";

    fn run(&self, tx: &mut Tx) -> Result<RecordingId, Problem> {
        let by = policy::require_recorder(&mut tx.conn, &tx.actor, self.inspection)?;
        let mut fields = Fields::new();
        let device_id = fields.text("/device_id", &self.device_id, MAX_DEVICE);
        // Years off is noted; what no calendar has is refused.
        let years = (self.device_time - tx.now).num_days().abs();
        fields.require(
            years < 36_525,
            "/device_time",
            "与当前时间相差超过一百年",
            "must be within a hundred years of now",
        );
        fields.done()?;
        let inspected = inspected::load(&mut tx.conn, self.inspection)?;
        store::lock(tx, inspected.id)?;
        let there: i64 = recording::table
            .filter(recording::inspection_id.eq(inspected.id))
            .count()
            .get_result(&mut *tx.conn)?;
        if there >= MOST_RECORDINGS {
            return Err(state_problem(
                format!("一次检查最多 {MOST_RECORDINGS} 段录制"),
                format!("an inspection has at most {MOST_RECORDINGS} recordings"),
            ));
        }
        let settings = std::sync::Arc::clone(&tx.settings);
        let rules = rules_on(&settings, tx.today())?;
        let mut nonce = vec![0; 32];
        getrandom::fill(&mut nonce)?;
        let id = RecordingId::new();
        let clock_offset = (self.device_time - tx.now).num_milliseconds();
        diesel::insert_into(recording::table)
            .values((
                recording::id.eq(id),
                recording::inspection_id.eq(inspected.id),
                recording::channel.eq(self.channel.unwrap_or_else(|| inspected.channel())),
                recording::device_id.eq(&device_id),
                recording::nonce.eq(&nonce),
                recording::rules_version.eq(&rules.version),
                recording::began_by.eq(by),
                recording::began_at.eq(tx.now),
                recording::nonce_until.eq(tx.now + Duration::minutes(i64::from(rules.nonce_minutes))),
                recording::clock_offset.eq(clock_offset),
            ))
            .execute(&mut *tx.conn)?;
        store::refold(tx, &inspected)?;
        let data = json!({ "recording": id, "device": device_id, "nonce": hex(&nonce), "clock_offset": clock_offset });
        store::audit(tx, &inspected, Self::NAME, data)?;
        Ok(id)
    }
}

pub(super) fn state_problem(zh: String, en: String) -> Problem {
    Problem::new(Code::RecordingState, Text::new(zh, en))
}

/// A recording of the person who acts, with its inspection, in the inspection's turn.
pub(super) fn own(tx: &mut Tx, id: RecordingId, device: &str) -> Result<(RecordingRow, Inspected), Problem> {
    let row = store::recording(&mut tx.conn, id)?;
    let by = policy::require_recorder(&mut tx.conn, &tx.actor, row.inspection_id)?;
    if row.began_by != by {
        return Err(Problem::forbidden());
    }
    store::lock(tx, row.inspection_id)?;
    let row = store::recording(&mut tx.conn, id)?;
    if row.device_id != device.trim() {
        let text = Text::new(
            "该录制由另一台设备开始，不接受本设备的文件",
            "the recording was begun by another device; nothing is taken of this one",
        );
        return Err(Problem::new(Code::RecordingDevice, text));
    }
    if row.erased_at.is_some() {
        return Err(state_problem(
            "该录制的文件已按保存期限清除".to_owned(),
            "the files of this recording were erased after their period".to_owned(),
        ));
    }
    let inspected = inspected::load(&mut tx.conn, row.inspection_id)?;
    Ok((row, inspected))
}

/// Closes a recording: says how many segments there are, so that those at the end which never come are missed.
#[derive(Debug, Clone, Serialize)]
pub struct CloseRecording {
    /// The recording.
    pub recording: RecordingId,
    /// The device that recorded.
    pub device_id: String,
    /// How many segments there are.
    pub segments: i32,
}

impl Command for CloseRecording {
    type Output = RecordingId;
    const NAME: &'static str = "close_recording";

    fn run(&self, tx: &mut Tx) -> Result<RecordingId, Problem> {
        let (row, inspected) = own(tx, self.recording, &self.device_id)?;
        let settings = std::sync::Arc::clone(&tx.settings);
        let most = rules_of(&settings, &row.rules_version)?.most_segments;
        match row.declared_segments {
            Some(declared) if declared == self.segments => return Ok(row.id),
            Some(declared) => {
                return Err(state_problem(
                    format!("该录制已结束，共 {declared} 段"),
                    format!("the recording was brought to its end with {declared} segments"),
                ));
            }
            None => {}
        }
        let last: Option<i32> = recording_segment::table
            .filter(recording_segment::recording_id.eq(row.id))
            .select(diesel::dsl::max(recording_segment::seq))
            .first(&mut *tx.conn)?;
        let least = last.unwrap_or(0);
        if !(least..=most).contains(&self.segments) {
            let text = Text::new(
                format!("须为 {least} 到 {most} 的整数"),
                format!("must be a whole number from {least} to {most}"),
            );
            return Err(Problem::field("/segments", text));
        }
        diesel::update(recording::table.find(row.id))
            .set((recording::declared_segments.eq(self.segments), recording::closed_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::refold(tx, &inspected)?;
        store::audit(tx, &inspected, Self::NAME, json!({ "recording": row.id, "segments": self.segments }))?;
        Ok(row.id)
    }
}

/// Adds the blurred rendition of a segment, on which nobody but those concerned is to be recognised. It is made outside of the platform; the
/// original and its hash stay.
#[derive(Debug, Clone, Serialize)]
pub struct AddBlurred {
    /// The segment.
    pub segment: SegmentId,
    /// The uploaded rendition.
    pub attachment: AttachmentId,
}

impl Command for AddBlurred {
    type Output = SegmentId;
    const NAME: &'static str = "add_blurred_rendition";

    fn run(&self, tx: &mut Tx) -> Result<SegmentId, Problem> {
        let (row, segment) = store::segment(&mut tx.conn, self.segment)?;
        policy::require_recorder(&mut tx.conn, &tx.actor, row.inspection_id)?;
        store::lock(tx, row.inspection_id)?;
        let inspected = inspected::load(&mut tx.conn, row.inspection_id)?;
        let (row, segment) = store::segment(&mut tx.conn, segment.id)?;
        if segment.blurred_id == Some(self.attachment.0) {
            return Ok(segment.id);
        }
        if segment.blurred_id.is_some() || row.erased_at.is_some() {
            return Err(state_problem(
                "该分段已有模糊处理版，或文件已清除".to_owned(),
                "the segment has a blurred rendition, or its file was erased".to_owned(),
            ));
        }
        let file = files::offered(tx, row.id.0, self.attachment)?;
        let same_kind = |file: &crate::attachments::AttachmentRow| {
            file.content_type.split('/').next() == segment.content_type.split('/').next()
        };
        let Some(file) =
            file.filter(|file| file.is_unused() && same_kind(file) && file.sha256 != segment.sha256)
        else {
            let text = Text::new(
                "须为您刚上传、尚未使用、与原件同类且不同于原件的文件",
                "must be an unused file of yours of the same kind that is not the original itself",
            );
            return Err(Problem::field("/attachment", text));
        };
        files::use_for(tx, row.id.0, file.id)?;
        diesel::update(recording_segment::table.find(segment.id))
            .set(recording_segment::blurred_id.eq(file.id.0))
            .execute(&mut *tx.conn)?;
        let data = json!({ "recording": row.id, "seq": segment.seq, "sha256": file.digest() });
        store::audit(tx, &inspected, Self::NAME, data)?;
        Ok(segment.id)
    }
}
