//! The manifest of an inspection's recordings: nonces, hashes, times, places, what they show, what is missing, and the custody of the sample.
//! With it anybody can check the chains without believing the platform.

use crate::app::App;
use crate::attachments::store::hex;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::ids::AccountId;
use crate::inspections::ids::InspectionId;
use crate::inspections::words::Method;
use crate::programmes::regimes::history::must_record;
use crate::programmes::regimes::queries::changes;
use crate::programmes::settings::ProgrammeSettings;
use crate::recordings::chain::{self, Chain, ChainState, Link};
use crate::recordings::custody::{CustodyFlag, CustodyState, CustodyStep, Judged, SamplePart};
use crate::recordings::custody_store::{CustodyRow, annulled, of_part, rows};
use crate::recordings::external_store::{self, ExternalView};
use crate::recordings::flags::Flag;
use crate::recordings::ids::{CustodyEventId, RecordingId, SegmentId};
use crate::recordings::inspected;
use crate::recordings::segment::Place;
use crate::recordings::settings::{RecordingRules, rules_of, rules_on};
use crate::recordings::shots::{Channel, Shot, missing};
use crate::recordings::spoken;
use crate::recordings::store::{self, RecordingRow, SegmentRow};
use crate::recordings::views::{Rendition, rendition};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SegmentView {
    /// Its id.
    pub id: SegmentId,
    /// Its place in the recording, from 1.
    pub seq: i32,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// SHA-256 of the previous segment, as this one names it.
    pub previous_sha256: String,
    /// The media type.
    pub content_type: String,
    /// Size of the file, in bytes.
    pub size: i64,
    /// Its first moment, as the device's clock says, UTC.
    pub starts_device: DateTime<Utc>,
    /// Its first moment by the server's clock, UTC.
    pub starts_at: DateTime<Utc>,
    /// Its last moment, likewise.
    pub ends_at: DateTime<Utc>,
    /// When it was received, UTC.
    pub received_at: DateTime<Utc>,
    /// Where the device was.
    pub place: Option<Place>,
    /// What is to be seen on it.
    pub shots: Vec<Shot>,
    /// What was noted when it came.
    pub flags: Vec<Flag>,
    /// Whether there is a blurred rendition.
    pub blurred: bool,
    /// Which rendition the reader gets; none where there is none for the reader.
    #[schema(inline)]
    pub rendition: Option<Rendition>,
}

/// A recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordingView {
    /// Its id.
    pub id: RecordingId,
    /// Where and how the sample is taken.
    #[schema(inline)]
    pub channel: Channel,
    /// The device, by the id that it has given itself.
    pub device_id: String,
    /// The nonce, in hexadecimal digits: what the first segment names as the one before it.
    pub nonce: String,
    /// What is said into the camera at the beginning: it follows from the nonce.
    pub words: String,
    /// Who records.
    pub by: String,
    /// When the nonce was given, UTC.
    pub began_at: DateTime<Utc>,
    /// Until when the first segment has to begin, UTC.
    pub nonce_until: DateTime<Utc>,
    /// Milliseconds by which the device's clock was ahead of the server's.
    pub clock_offset: i64,
    /// How many segments there are, as the device says; none while it records.
    pub declared_segments: Option<i32>,
    /// When it was closed, UTC.
    pub closed_at: Option<DateTime<Utc>>,
    /// Since when its files are erased, because their period has passed.
    pub erased_at: Option<DateTime<Utc>>,
    /// The version of the rules.
    pub rules_version: String,
    /// Whether it hangs together, and the gaps.
    pub chain: Chain,
    /// The segments that have come, in order.
    pub segments: Vec<SegmentView>,
}

/// An entry of the custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CustodyView {
    /// Its id.
    pub id: CustodyEventId,
    /// Its number, from 1.
    pub ordinal: i32,
    /// Which part of the sample.
    #[schema(inline)]
    pub part: SamplePart,
    /// What was done; none of an annulment.
    #[schema(inline)]
    pub step: Option<CustodyStep>,
    /// The entry that it annuls.
    pub annuls: Option<i32>,
    /// Whether another entry has annulled it.
    pub annulled: bool,
    /// When a sealing began, UTC.
    pub began_at: Option<DateTime<Utc>>,
    /// When it was done, UTC.
    pub at: DateTime<Utc>,
    /// Who had the sample before.
    pub giver: Option<String>,
    /// Who has it from then on.
    pub taker: Option<String>,
    /// The place where it happened, in the words of who entered it.
    pub place: Option<String>,
    /// The numbers of the seals, as they were read.
    pub seals: Vec<String>,
    /// Whether the seals were intact.
    pub seals_whole: bool,
    /// The reason, where the step or an annulment needs one.
    pub reason: Option<String>,
    /// Who saw it.
    pub witness: Option<String>,
    /// The recording that shows it.
    pub recording: Option<RecordingId>,
    /// Name of who entered the step.
    pub by: String,
    /// When it was entered, UTC.
    pub recorded_at: DateTime<Utc>,
    /// The state after it; none of an annulment and of what was annulled.
    #[schema(inline)]
    pub state: Option<CustodyState>,
    /// What is noted of it.
    pub flags: Vec<CustodyFlag>,
    /// Seconds of the sealing that no film shows, where that is more than the setting allows.
    pub unfilmed_seconds: Option<i64>,
}

/// What is required, and whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ShotView {
    /// The shot.
    #[schema(inline)]
    pub shot: Shot,
    /// Whether a segment or a recording of another system shows it, as who recorded or named it says.
    pub taken: bool,
}

/// The recordings and the custody of an inspection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Manifest {
    /// The inspection.
    pub inspection: InspectionId,
    /// The number of its form.
    pub number: String,
    /// How a chain is checked: `sha256-links-1`, as the documentation tells.
    pub recipe: String,
    /// What the chains come to together.
    #[schema(inline)]
    pub chain: ChainState,
    /// Whether the regime of the product kind asks for a recording of the sampling: on its day, or today where no sample is taken yet.
    pub recording_required: bool,
    /// The shots that are required.
    pub shots: Vec<ShotView>,
    /// The recordings, the earliest first.
    pub recordings: Vec<RecordingView>,
    /// Recordings that other systems keep, those that were taken back included.
    pub external: Vec<ExternalView>,
    /// What was done with the sample.
    pub custody: Vec<CustodyView>,
    /// Whether the reader sees originals.
    pub originals: bool,
    /// Whether the reader records and enters custody.
    pub may_record: bool,
    /// Whether the reader reads the log of views.
    pub reads_log: bool,
    /// Where the rules are published.
    pub rules_source: String,
    /// Whether something of the rules is assumed.
    pub provisional: bool,
}

/// The recipe by which chains are checked.
pub const RECIPE: &str = "sha256-links-1";

fn place(segment: &SegmentRow) -> Option<Place> {
    let (latitude, longitude) = (segment.latitude?, segment.longitude?);
    Some(Place { latitude, longitude, accuracy: segment.accuracy })
}

/// A segment as the actor sees it.
pub fn segment_view(
    actor: &Actor,
    row: &RecordingRow,
    segment: &SegmentRow,
    rules: &RecordingRules,
) -> SegmentView {
    SegmentView {
        id: segment.id,
        seq: segment.seq,
        sha256: hex(&segment.sha256),
        previous_sha256: hex(&segment.previous_sha256),
        content_type: segment.content_type.clone(),
        size: segment.size,
        starts_device: segment.starts_device,
        starts_at: segment.starts_at,
        ends_at: segment.ends_at,
        received_at: segment.received_at,
        place: place(segment),
        shots: segment.shots(),
        flags: segment.flags(),
        blurred: segment.blurred_id.is_some(),
        rendition: rendition(actor, row, segment, rules),
    }
}

/// A recording with its segments as the actor sees it.
fn recording_view(
    actor: &Actor,
    row: RecordingRow,
    segments: &[SegmentRow],
    names: &HashMap<AccountId, String>,
    (of_then, of_now): (&RecordingRules, &RecordingRules),
) -> RecordingView {
    let own = segments.iter().filter(|segment| segment.recording_id == row.id);
    RecordingView {
        chain: store::chain_of(&row, segments, of_then),
        segments: own.map(|segment| segment_view(actor, &row, segment, of_now)).collect(),
        id: row.id,
        channel: row.channel,
        words: spoken::words(&row.nonce),
        nonce: hex(&row.nonce),
        by: names.get(&row.began_by).cloned().unwrap_or_default(),
        device_id: row.device_id,
        began_at: row.began_at,
        nonce_until: row.nonce_until,
        clock_offset: row.clock_offset,
        declared_segments: row.declared_segments,
        closed_at: row.closed_at,
        erased_at: row.erased_at,
        rules_version: row.rules_version,
    }
}

fn custody_views(
    custody: &[CustodyRow],
    links: &[Link],
    names: &HashMap<AccountId, String>,
    rules: &RecordingRules,
) -> Vec<CustodyView> {
    let gone = annulled(custody);
    let mut judged: HashMap<i32, Judged> = HashMap::new();
    for part in SamplePart::ALL {
        if let Ok(folded) = of_part(custody, *part, rules) {
            judged.extend(folded.entries.into_iter().map(|entry| (entry.ordinal, entry)));
        }
    }
    let view = |row: &CustodyRow| {
        let entry = judged.get(&row.ordinal);
        let sealing = (row.step == Some(CustodyStep::Seal)).then_some(row.began_at).flatten();
        let unfilmed = sealing.map(|began| chain::uncovered(links, began, row.at));
        CustodyView {
            id: row.id,
            ordinal: row.ordinal,
            part: row.part,
            step: row.step,
            annuls: row.annuls,
            annulled: gone.contains(&row.ordinal),
            began_at: row.began_at,
            at: row.at,
            giver: row.giver.clone(),
            taker: row.taker.clone(),
            place: row.place.clone(),
            seals: row.seals.clone(),
            seals_whole: row.seals_whole,
            reason: row.reason.clone(),
            witness: row.witness.clone(),
            recording: row.recording_id,
            by: names.get(&row.recorded_by).cloned().unwrap_or_default(),
            recorded_at: row.recorded_at,
            state: entry.map(|entry| entry.state),
            flags: entry.map(|entry| entry.flags.clone()).unwrap_or_default(),
            unfilmed_seconds: unfilmed.filter(|seconds| *seconds > i64::from(rules.sealing_seconds)),
        }
    };
    custody.iter().map(view).collect()
}

/// The manifest of an inspection, as the actor sees it.
///
/// # Errors
/// 404 for who may not know of the inspection.
pub fn manifest(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    id: InspectionId,
) -> Result<Manifest, Problem> {
    crate::recordings::policy::require_seen(conn, actor, id)?;
    let inspected = inspected::load(conn, id)?;
    let (settings, today) = (app.settings(), shanghai_date(app.clock().now()));
    let rules = rules_on(settings, today)?;
    let of_then = rules_on(settings, inspected.sampled_on.unwrap_or(today))?;
    let recordings = store::recordings(conn, id)?;
    let segments = store::segments(conn, &recordings)?;
    let of_kind = (inspected.product_kind.as_deref(), inspected.sampled_on.unwrap_or(today));
    let recording_required = inspected.method == Method::Sampling
        && must_record(app.catalogue(), settings.section::<ProgrammeSettings>(), &changes(conn)?, of_kind);
    let custody = rows(conn, id)?;
    let accounts = recordings.iter().map(|row| row.began_by).chain(custody.iter().map(|row| row.recorded_by));
    let names = names(conn, accounts.collect())?;
    let required = store::required(settings, &recordings, &inspected, today)?;
    let external = external_store::of(conn, id)?;
    let named =
        external.iter().filter(|one| one.ended_at.is_none()).flat_map(|one| one.shots.iter().copied());
    let open = missing(&required, segments.iter().flat_map(SegmentRow::shots).chain(named));
    let films = |segment: &&SegmentRow| segment.content_type.starts_with("video/");
    let links: Vec<Link> = segments.iter().filter(films).map(SegmentRow::link).collect();
    let mut shown = Vec::new();
    for row in recordings {
        let then = rules_of(settings, &row.rules_version)?;
        shown.push(recording_view(actor, row, &segments, &names, (then, rules)));
    }
    Ok(Manifest {
        inspection: id,
        recording_required,
        number: inspected.number,
        recipe: RECIPE.to_owned(),
        chain: chain::together(shown.iter().map(|recording| recording.chain.state)),
        shots: required.into_iter().map(|shot| ShotView { shot, taken: !open.contains(&shot) }).collect(),
        recordings: shown,
        external,
        custody: custody_views(&custody, &links, &names, of_then),
        originals: actor.scope().is_some_and(|scope| rules.originals.contains(&scope.role())),
        may_record: crate::recordings::policy::records(actor),
        reads_log: crate::recordings::policy::reads_log(actor),
        rules_source: of_then.source.clone(),
        provisional: of_then.provisional,
    })
}

/// One recording, as the actor sees it.
///
/// # Errors
/// 404 for who may not know of its inspection.
pub fn recording(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    id: RecordingId,
) -> Result<RecordingView, Problem> {
    let row = store::recording(conn, id)?;
    crate::recordings::policy::require_seen(conn, actor, row.inspection_id)?;
    let settings = app.settings();
    let rules = rules_on(settings, shanghai_date(app.clock().now()))?;
    let then = rules_of(settings, &row.rules_version)?;
    let segments = store::segments(conn, std::slice::from_ref(&row))?;
    let names = names(conn, vec![row.began_by])?;
    Ok(recording_view(actor, row, &segments, &names, (then, rules)))
}

/// One segment, as the actor sees it.
///
/// # Errors
/// 404 for who may not know of its inspection.
pub fn segment(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    id: SegmentId,
) -> Result<SegmentView, Problem> {
    let (row, segment) = store::segment(conn, id)?;
    crate::recordings::policy::require_seen(conn, actor, row.inspection_id)?;
    let rules = rules_on(app.settings(), shanghai_date(app.clock().now()))?;
    Ok(segment_view(actor, &row, &segment, rules))
}

/// The names of accounts.
fn names(conn: &mut PgConnection, ids: Vec<AccountId>) -> Result<HashMap<AccountId, String>, Problem> {
    use crate::db::published::account;
    use diesel::prelude::*;
    let rows: Vec<(AccountId, String)> =
        account::table.filter(account::id.eq_any(ids)).select((account::id, account::name)).load(conn)?;
    Ok(rows.into_iter().collect())
}
