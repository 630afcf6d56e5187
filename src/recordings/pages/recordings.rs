//! The inspections that were recorded, under the figures of the year.

use askama::Template;

use crate::core::actor::Actor;
use crate::recordings::chain::ChainState;
use crate::recordings::pages::words;
use crate::recordings::queries::{self, RecordingFilter, SummaryView};
use crate::recordings::report::{RecordingReport, report};
use crate::web::charts::percent;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "recordings/recordings.html")]
struct RecordingsPage {
    f: Frame,
    asked: QueryParams,
    report: RecordingReport,
    /// Each with its place in words.
    rows: Vec<(SummaryView, String)>,
    pager: Pager,
    regions: Vec<Choice>,
}

/// A figure with its denominator.
struct Figure {
    name: &'static str,
    part: i64,
    whole: i64,
    share: String,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let filter = RecordingFilter { chain: asked.read("chain")?, flagged: asked.read("flagged")? };
        let period = (asked.read("from")?, asked.read("until")?);
        let report = report(app, conn, &actor, asked.get("region"), period)?;
        let page = queries::list(conn, &actor, &filter, asked.slice()?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let placed = |row: SummaryView| {
            let place = choices::region(frame.language, catalogue, &row.place_region);
            (row, place)
        };
        Ok(RecordingsPage {
            rows: page.items.into_iter().map(placed).collect(),
            regions: choices::regions(frame.language, &actor, catalogue),
            report,
            pager,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl RecordingsPage {
    fn states(&self) -> &'static [ChainState] {
        ChainState::ALL
    }

    fn chain(&self, state: &ChainState) -> &'static str {
        words::chain_word(&self.f, *state)
    }

    fn tone(&self, state: &ChainState) -> &'static str {
        words::chain_tone(*state)
    }

    fn length(&self, seconds: &i64) -> String {
        words::length(&self.f, *seconds)
    }

    /// The address of the list that is shown, to be exported: period and region narrow the figures alone.
    fn export(&self) -> String {
        self.asked.file_with("/api/v1/recordings", &["from", "until", "region"], &[])
    }

    fn figures(&self) -> Vec<Figure> {
        let (f, n) = (&self.f, &self.report.figures);
        let figure =
            |name, part, whole| Figure { name, part, whole, share: format!("{:.1}", percent(part, whole)) };
        vec![
            figure(f.t("有录像", "recorded"), n.recorded, n.sampled),
            figure(
                f.t("按分类监管必须录像的，已录像", "recorded of those that must be"),
                self.report.required.recorded,
                self.report.required.sampled,
            ),
            figure(f.t("必拍画面齐全", "all required shots"), n.all_shots, n.recorded),
            figure(f.t("哈希链完整", "unbroken chain"), n.unbroken, n.recorded),
            figure(f.t("哈希链断裂", "broken chain"), n.broken, n.recorded),
            figure(f.t("有录制中断", "with gaps"), n.with_gaps, n.recorded),
            figure(f.t("有延迟上传", "with late uploads"), n.late, n.recorded),
            figure(f.t("样品保管有疑点", "custody with notes"), n.custody_flagged, n.recorded),
            figure(f.t("有外部系统录像", "recorded by another system"), n.external, n.sampled),
            figure(f.t("提出异议并已处理", "challenged and settled"), n.challenged, n.sampled),
            figure(
                f.t("异议处理中录像起决定作用", "challenges decided by the recording"),
                n.recording_decided,
                n.challenged,
            ),
        ]
    }
}
