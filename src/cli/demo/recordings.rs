//! Recordings of two samplings of the demo: one whole, one with a gap and a missing segment; the custody of both samples, and who looked.

use super::past::Past;
use super::tables::caller;
use crate::app::App;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::hex;
use crate::attachments::{FileKind, Files, FinishUpload, StartUpload};
use crate::core::secret::sha256;
use crate::core::{Caller, Problem};
use crate::inspections::ids::InspectionId;
use crate::recordings::custody::{CustodyStep, SamplePart};
use crate::recordings::external::{ExternalInput, NameExternalRecording};
use crate::recordings::ids::RecordingId;
use crate::recordings::keep::{CustodyInput, RecordCustody};
use crate::recordings::manifest;
use crate::recordings::record::{BeginRecording, CloseRecording};
use crate::recordings::segment::{AddSegment, Place, SegmentInput};
use crate::recordings::shots::{Channel, Shot};
use crate::recordings::views::OpenView;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Date, Uuid as SqlUuid};
use std::io::Write;

/// Samples of a second of sound.
const RATE: u32 = 8_000;
/// Seconds of a segment.
const SECONDS: u32 = 2;
/// The device of the demo.
const DEVICE: &str = "demo-phone";

#[derive(QueryableByName)]
struct Sampled {
    #[diesel(sql_type = SqlUuid)]
    id: InspectionId,
    #[diesel(sql_type = Date)]
    sampled_on: NaiveDate,
}

/// Records two of the samplings; nothing where the demo has none.
pub(super) fn recorded(past: &Past) -> Result<(), Problem> {
    let found: Vec<Sampled> = diesel::sql_query(
        "SELECT i.id, i.sampled_on FROM published.inspection i
         WHERE i.method = 'sampling' AND i.sampled_on IS NOT NULL AND i.state <> 'withdrawn' ORDER BY i.sampled_on DESC, i.id LIMIT 2",
    )
    .load(&mut *past.app.conn()?)?;
    let officer = caller(&past.app, "admin-guangdong")?;
    for (at, sampled) in found.iter().enumerate() {
        let days = (sampled.sampled_on - past.day(0)).num_days();
        past.set(days, 60);
        let whole = at == 0;
        let recording = film(past, &officer, sampled.id, whole)?;
        custody(past, &officer, sampled.id, recording)?;
        if !whole {
            past.app.execute(&officer, &elsewhere(past, sampled.id))?;
        }
        past.advance(Duration::hours(30));
        let reason = if whole { "核对封样过程" } else { "录像有中断，核实抽样过程" };
        past.app.execute(&officer, &OpenView { inspection: sampled.id, reason: reason.to_owned() })?;
    }
    past.set_to_present();
    Ok(())
}

/// What the platform of law enforcement keeps of the sampling whose own film has a gap.
fn elsewhere(past: &Past, inspection: InspectionId) -> NameExternalRecording {
    let until = past.app.clock().now();
    let recording = ExternalInput {
        system: "行政执法全过程记录平台".to_owned(),
        reference: "执录-0311".to_owned(),
        from: until - Duration::minutes(40),
        until,
        shots: [Shot::Gate, Shot::Taking].into(),
    };
    NameExternalRecording { inspection, recording }
}

/// A sound of two seconds as a WAV file, whose pitch is another one for each segment.
fn sound(pitch: u32) -> Vec<u8> {
    let samples = RATE * SECONDS;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + samples).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(8_u16.to_le_bytes());
    file.extend(b"data");
    file.extend(samples.to_le_bytes());
    // A square wave.
    let half = (RATE / pitch / 2).max(1);
    file.extend((0..samples).map(|n| if (n / half).is_multiple_of(2) { 118_u8 } else { 138 }));
    file
}

/// Stores a file of somebody: its name and kind, and what is in it.
pub(super) fn stored(
    past: &Past,
    by: &Caller,
    (name, kind): (&str, FileKind),
    bytes: &[u8],
) -> Result<AttachmentId, Problem> {
    let start = StartUpload {
        name: name.to_owned(),
        kind,
        size: i64::try_from(bytes.len()).map_err(Problem::internal)?,
        sha256: sha256(bytes),
        upload: None,
    };
    let id = past.app.execute(by, &start)?.id;
    put(&past.app, id, bytes)?;
    past.app.execute(by, &FinishUpload { id })?;
    Ok(id)
}

/// Puts the bytes of a file into the store.
pub(super) fn put(app: &App, id: AttachmentId, bytes: &[u8]) -> Result<(), Problem> {
    let mut file = tempfile::tempfile().map_err(Problem::internal)?;
    file.write_all(bytes).map_err(Problem::internal)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::internal)?;
    runtime.block_on(async { Files::open(app.settings())?.put(id, file).await })?;
    Ok(())
}

/// What is to be seen on the segments, one after the other.
const SHOTS: [&[Shot]; 6] = [
    &[Shot::Identity, Shot::Gate],
    &[Shot::Licence],
    &[Shot::People, Shot::Shelf],
    &[Shot::Taking],
    &[Shot::BeforeSealing],
    &[Shot::AfterSealing],
];

fn film(past: &Past, by: &Caller, inspection: InspectionId, whole: bool) -> Result<RecordingId, Problem> {
    let begins = past.app.clock().now();
    let start = BeginRecording {
        inspection,
        device_id: DEVICE.to_owned(),
        device_time: begins,
        channel: Some(Channel::Store),
    };
    let recording = past.app.execute(by, &start)?;
    let view = manifest::recording(&past.app, &mut *past.app.conn()?, &by.actor, recording)?;
    let mut previous = view.nonce;
    past.advance(Duration::minutes(10));
    for (seq, shots) in (1_i32..).zip(SHOTS) {
        let pitch = 220 + 40 * u32::try_from(seq).unwrap_or(0) + u32::from(whole) * 10;
        // Each file is one of its own: who recorded, and when, is written behind the sound.
        let bytes = [sound(pitch), recording.0.as_bytes().to_vec()].concat();
        let digest = hex(&sha256(&bytes));
        let pause = if whole || seq < 4 { 0 } else { 240 };
        let starts_at = begins + Duration::seconds(i64::from(seq) * i64::from(SECONDS) + pause);
        // Of the one that is not whole a segment never came.
        if whole || seq != 3 {
            let segment = input(
                seq,
                &digest,
                &previous,
                starts_at,
                shots,
                stored(past, by, ("segment.wav", FileKind::Wav), &bytes)?,
            );
            past.app.execute(by, &AddSegment { recording, segment })?;
        }
        previous = digest;
    }
    let segments = i32::try_from(SHOTS.len()).unwrap_or(i32::MAX);
    past.app.execute(by, &CloseRecording { recording, device_id: DEVICE.to_owned(), segments })?;
    Ok(recording)
}

fn input(
    seq: i32,
    sha256: &str,
    previous: &str,
    starts_at: DateTime<Utc>,
    shots: &[Shot],
    attachment: AttachmentId,
) -> SegmentInput {
    SegmentInput {
        device_id: DEVICE.to_owned(),
        seq,
        sha256: sha256.to_owned(),
        previous_sha256: previous.to_owned(),
        starts_at,
        duration_ms: i64::from(SECONDS) * 1000,
        place: Some(Place { latitude: 23.129, longitude: 113.264, accuracy: Some(12.0) }),
        shots: shots.to_vec(),
        attachment,
    }
}

fn custody(
    past: &Past,
    by: &Caller,
    inspection: InspectionId,
    recording: RecordingId,
) -> Result<(), Problem> {
    let seals = vec!["F20260017".to_owned(), "F20260018".to_owned()];
    let steps = [
        (CustodyStep::Seal, None, "广东质量抽样服务中心", None),
        (CustodyStep::Carry, Some("广东质量抽样服务中心"), "南方冷链物流", None),
        (CustodyStep::Hand, Some("南方冷链物流"), "广东产品质量检验研究院", None),
        (CustodyStep::Store, Some("广东产品质量检验研究院"), "广东产品质量检验研究院", Some("样品库 2-15")),
    ];
    for (step, giver, taker, place) in steps {
        past.advance(Duration::minutes(20));
        let entry = CustodyInput {
            part: SamplePart::Test,
            step,
            began_at: None,
            at: past.app.clock().now(),
            giver: giver.map(str::to_owned),
            taker: Some(taker.to_owned()),
            place: place.map(str::to_owned),
            seals: seals.clone(),
            seals_whole: true,
            reason: None,
            witness: None,
            recording: (step == CustodyStep::Seal).then_some(recording),
        };
        past.app.execute(by, &RecordCustody { inspection, entry })?;
    }
    Ok(())
}
