//! Adding a segment to a recording.

use crate::attachments::ids::AttachmentId;
use crate::attachments::recordings as files;
use crate::attachments::store::{AttachmentRow, hex};
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::recording_segment;
use crate::db::{Command, Tx};
use crate::recordings::flags::{Arrival, Flag, judge};
use crate::recordings::ids::{RecordingId, SegmentId};
use crate::recordings::inspected::Inspected;
use crate::recordings::place::Position;
use crate::recordings::record::{own, state_problem};
use crate::recordings::settings::{RecordingRules, rules_of};
use crate::recordings::shots::Shot;
use crate::recordings::store::{self, RecordingRow, SegmentRow};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The longest segment, milliseconds.
const LONGEST: i64 = 600_000;

/// Where a device was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Degrees (WGS 84), -90 to 90.
    pub latitude: f64,
    /// Degrees (WGS 84), -180 to 180.
    pub longitude: f64,
    /// Metres.
    #[serde(default)]
    pub accuracy: Option<f64>,
}

/// A segment that was uploaded. Segments may come in any order and days late; what that takes from them is noted.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentInput {
    /// The device that recorded it, by the id with which the recording was begun.
    pub device_id: String,
    /// Its place in the recording, from 1.
    pub seq: i32,
    /// SHA-256 of its bytes, as the device computed it, in hexadecimal digits.
    pub sha256: String,
    /// SHA-256 of the segment before it; of the first one, the nonce.
    pub previous_sha256: String,
    /// Its first moment, as the device's clock says.
    pub starts_at: DateTime<Utc>,
    /// How long it is, in milliseconds, at most 600,000; 0 of a photo.
    pub duration_ms: i64,
    /// Where the device was.
    #[serde(default)]
    pub place: Option<Place>,
    /// What is to be seen on it.
    #[serde(default)]
    pub shots: Vec<Shot>,
    /// The uploaded file.
    pub attachment: AttachmentId,
}

/// Adds a segment.
#[derive(Debug, Clone, Serialize)]
pub struct AddSegment {
    /// The recording.
    pub recording: RecordingId,
    /// The segment.
    pub segment: SegmentInput,
}

fn digest(fields: &mut Fields, pointer: &str, text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let hexadecimal = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match pairs.map(byte).collect::<Option<Vec<u8>>>() {
        Some(bytes) if hexadecimal => bytes,
        _ => {
            fields.fault(pointer, "须为 64 位十六进制数字", "must be 64 hexadecimal digits");
            vec![0; 32]
        }
    }
}

/// The segment with its hashes read.
struct Checked {
    sha256: Vec<u8>,
    previous: Vec<u8>,
}

fn check(input: &SegmentInput, most: i32, now: DateTime<Utc>) -> Result<Checked, Problem> {
    let mut fields = Fields::new();
    let sha256 = digest(&mut fields, "/sha256", &input.sha256);
    let previous = digest(&mut fields, "/previous_sha256", &input.previous_sha256);
    if !(1..=most).contains(&input.seq) {
        fields.fault(
            "/seq",
            format!("须为 1 到 {most} 的整数"),
            format!("must be a whole number from 1 to {most}"),
        );
    }
    if !(0..=LONGEST).contains(&input.duration_ms) {
        fields.fault("/duration_ms", format!("须为 0 到 {LONGEST}"), format!("must be from 0 to {LONGEST}"));
    }
    // Years off is noted; what no calendar has is refused.
    let years = (input.starts_at - now).num_days().abs();
    fields.require(
        years < 36_525,
        "/starts_at",
        "与当前时间相差超过一百年",
        "must be within a hundred years of now",
    );
    fields.require(input.shots.len() <= Shot::ALL.len(), "/shots", "画面过多", "too many shots");
    if let Some(place) = input.place {
        let fits = |value: f64, most: f64| value.is_finite() && value.abs() <= most;
        fields.require(
            fits(place.latitude, 90.0),
            "/place/latitude",
            "须为 -90 到 90",
            "must be from -90 to 90",
        );
        fields.require(
            fits(place.longitude, 180.0),
            "/place/longitude",
            "须为 -180 到 180",
            "must be from -180 to 180",
        );
        let accuracy = place.accuracy.is_none_or(|m| m.is_finite() && m >= 0.0);
        fields.require(accuracy, "/place/accuracy", "不能为负数", "must not be negative");
    }
    fields.done()?;
    Ok(Checked { sha256, previous })
}

/// The same segment once more, whose answer was lost; a problem where something else stands in its place.
fn repeated(tx: &mut Tx, id: RecordingId, seq: i32, sha256: &[u8]) -> Result<Option<SegmentId>, Problem> {
    let found: Option<SegmentRow> = recording_segment::table
        .filter(
            recording_segment::sha256
                .eq(sha256)
                .or(recording_segment::recording_id.eq(id).and(recording_segment::seq.eq(seq))),
        )
        .select(SegmentRow::as_select())
        .first(&mut *tx.conn)
        .optional()?;
    let Some(found) = found else { return Ok(None) };
    if found.recording_id == id && found.seq == seq && found.sha256 == sha256 {
        return Ok(Some(found.id));
    }
    if found.recording_id != id || found.seq != seq {
        return Err(taken_elsewhere());
    }
    let text = Text::new(
        format!("第 {seq} 段已上传过另一文件，不得替换"),
        format!("another file was sent as segment {seq}; it is not replaced"),
    );
    Err(Problem::new(Code::RecordingSegmentTaken, text))
}

fn taken_elsewhere() -> Problem {
    let text = Text::new(
        "该文件已用于其他分段或其他检查的录像，不得重复使用",
        "this file is a segment already, here or of another inspection; it is not used twice",
    );
    Problem::new(Code::RecordingSegmentTaken, text)
}

/// The uploaded file, where it is the one that the device recorded.
fn recorded_file(
    tx: &mut Tx,
    row: &RecordingRow,
    id: AttachmentId,
    sha256: &[u8],
) -> Result<AttachmentRow, Problem> {
    let Some(file) = files::offered(tx, row.id.0, id)? else {
        let text = Text::new(
            "没有这一文件，或它不是您上传的，或已用于他处",
            "there is no such file, or it is not yours, or it is used elsewhere",
        );
        return Err(Problem::field("/attachment", text));
    };
    if file.sha256 != sha256 {
        let text = Text::new(
            "上传的文件与设备录制时计算的哈希值不一致：文件被重新编码或改动过，不予接受",
            "the file that was uploaded is not the one that the device recorded: it was encoded anew or changed, and is refused",
        );
        return Err(Problem::field("/sha256", text));
    }
    let recorded = ["video/", "audio/", "image/"].iter().any(|kind| file.content_type.starts_with(kind));
    if !recorded {
        let text = Text::new("须为视频、照片或录音", "must be a video, a photo or a sound");
        return Err(Problem::field("/attachment", text));
    }
    Ok(file)
}

/// Refuses a segment behind the declared end, and one too many.
fn require_room(tx: &mut Tx, row: &RecordingRow, seq: i32, rules: &RecordingRules) -> Result<(), Problem> {
    if let Some(declared) = row.declared_segments.filter(|declared| seq > *declared) {
        return Err(state_problem(
            format!("该录制已结束，共 {declared} 段"),
            format!("the recording was brought to its end with {declared} segments"),
        ));
    }
    let all = store::recordings(&mut tx.conn, row.inspection_id)?;
    let there = store::segments(&mut tx.conn, &all)?.len();
    if i32::try_from(there).unwrap_or(i32::MAX) >= rules.most_segments {
        let most = rules.most_segments;
        return Err(state_problem(
            format!("一次检查最多 {most} 段"),
            format!("the recordings of an inspection have at most {most} segments"),
        ));
    }
    Ok(())
}

fn flags_of(
    tx: &Tx,
    input: &SegmentInput,
    row: &RecordingRow,
    (starts, ends): (DateTime<Utc>, DateTime<Utc>),
    inspected: &Inspected,
    rules: &RecordingRules,
) -> Vec<Flag> {
    let arrival = Arrival {
        seq: input.seq,
        starts,
        ends,
        received: tx.now,
        nonce_given: row.began_at,
        nonce_until: row.nonce_until,
        clock_offset: row.clock_offset,
        position: input.place.map(|p| Position { latitude: p.latitude, longitude: p.longitude }),
        bounds: rules.bounds_of(&tx.catalogue.regions, &inspected.place_region),
        result_known: inspected.reported_on.is_some_and(|day| day <= tx.today()),
    };
    judge(&arrival, rules)
}

impl Command for AddSegment {
    type Output = SegmentId;
    const NAME: &'static str = "add_recording_segment";

    fn run(&self, tx: &mut Tx) -> Result<SegmentId, Problem> {
        let input = &self.segment;
        let (row, inspected) = own(tx, self.recording, &input.device_id)?;
        let settings = std::sync::Arc::clone(&tx.settings);
        let rules = rules_of(&settings, &row.rules_version)?;
        let Checked { sha256, previous } = check(input, rules.most_segments, tx.now)?;
        if let Some(there) = repeated(tx, row.id, input.seq, &sha256)? {
            return Ok(there);
        }
        require_room(tx, &row, input.seq, rules)?;
        let file = recorded_file(tx, &row, input.attachment, &sha256)?;
        let starts_at = input.starts_at - Duration::milliseconds(row.clock_offset);
        let ends_at = starts_at + Duration::milliseconds(input.duration_ms);
        let flags: Vec<&str> = flags_of(tx, input, &row, (starts_at, ends_at), &inspected, rules)
            .into_iter()
            .map(Flag::as_str)
            .collect();
        let shots: Vec<&str> = input.shots.iter().map(|shot| shot.as_str()).collect();
        files::use_for(tx, row.id.0, file.id)?;
        let id = SegmentId::new();
        let added = diesel::insert_into(recording_segment::table)
            .values((
                recording_segment::id.eq(id),
                recording_segment::recording_id.eq(row.id),
                recording_segment::seq.eq(input.seq),
                recording_segment::sha256.eq(&sha256),
                recording_segment::previous_sha256.eq(&previous),
                recording_segment::content_type.eq(&file.content_type),
                recording_segment::size.eq(file.size),
                recording_segment::starts_device.eq(input.starts_at),
                recording_segment::starts_at.eq(starts_at),
                recording_segment::ends_at.eq(ends_at),
                recording_segment::received_at.eq(tx.now),
                recording_segment::latitude.eq(input.place.map(|p| p.latitude)),
                recording_segment::longitude.eq(input.place.map(|p| p.longitude)),
                recording_segment::accuracy.eq(input.place.and_then(|p| p.accuracy)),
                recording_segment::shots.eq(&shots),
                recording_segment::flags.eq(&flags),
                recording_segment::attachment_id.eq(file.id.0),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        // Of two inspections at once with one file the second one finds it taken.
        if added == 0 {
            return Err(taken_elsewhere());
        }
        store::refold(tx, &inspected)?;
        let data = json!({
            "recording": row.id, "seq": input.seq, "sha256": hex(&sha256), "previous_sha256": hex(&previous), "flags": flags,
        });
        store::audit(tx, &inspected, Self::NAME, data)?;
        Ok(id)
    }
}
