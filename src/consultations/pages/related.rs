//! The tags of a consultation, the consultations that belong to it, and merging it into another one.

use askama::Template;

use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::policy::{Action, permit};
use crate::consultations::queries::{self as consultations, ConsultationFilter};
use crate::consultations::related::{RelatedBy, RelatedView, count, merge_targets, related as belonging};
use crate::consultations::tags::{KnownTag, usable};
use crate::consultations::views::ConsultationView;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::page::Slice;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Related consultations on a page.
const SHOWN: i64 = 20;
/// Consultations that a search finds, to be linked.
const FOUND: i64 = 10;
/// Consultations into which one may be merged, to choose from.
const TARGETS: i64 = 50;

#[derive(Template)]
#[template(path = "consultations/related.html")]
struct RelatedPage {
    f: Frame,
    asked: QueryParams,
    c: ConsultationView,
    /// The reader may put tags on it and link it.
    annotates: bool,
    /// The tags that can be put on it.
    tags: Vec<KnownTag>,
    related: Vec<RelatedView>,
    pager: Pager,
    /// What a search found, to be linked.
    found: Vec<ConsultationView>,
    /// Into which it can be merged.
    targets: Vec<ConsultationView>,
}

/// The page; `q` finds consultations to link.
pub async fn related(state: State, member: Member, id: Id<ConsultationId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let row = consultations::row(conn, &actor, id)?;
        let c = consultations::get(conn, &actor, id)?;
        let annotates = permit(&actor, Action::Annotate, &row).is_ok();
        let slice = Slice { limit: SHOWN, ..frame.slice(&asked)? };
        let page = belonging(conn, &actor, id, slice)?;
        let pager = asked.pager(&page, || count(conn, &actor, id))?;
        let filter =
            ConsultationFilter { q: asked.get("q").map(str::to_owned), ..ConsultationFilter::default() };
        let mut found = Vec::new();
        if annotates && filter.q.is_some() {
            let slice = Slice { limit: FOUND, ..Slice::default() };
            found = consultations::list(conn, &actor, &filter, slice)?.items;
            found.retain(|other| other.id != id);
        }
        let mut tags = if annotates { usable(conn, &actor, &c.enterprise.region)? } else { Vec::new() };
        // One that is retired, or of a region that the enterprise has left, stays where it is.
        for tag in c.tags.iter().flatten().filter(|_| annotates) {
            if tags.iter().all(|known| known.id != tag.id) {
                tags.push(KnownTag { id: tag.id, name: tag.name.clone(), retired: true });
            }
        }
        Ok(RelatedPage {
            targets: merge_targets(conn, &actor, id, TARGETS)?,
            pager,
            related: page.items,
            asked,
            annotates,
            tags,
            found,
            c,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl RelatedPage {
    fn product(&self, kind: &crate::consultations::views::ProductRef) -> String {
        self.f.t(&kind.name_zh, &kind.name_en).to_owned()
    }

    fn has(&self, tag: &KnownTag) -> bool {
        self.c.tags.iter().flatten().any(|has| has.id == tag.id)
    }

    fn relation(&self, relation: &RelatedBy) -> &'static str {
        match relation {
            RelatedBy::Merged => self.f.t("合并", "merged"),
            RelatedBy::Linked => self.f.t("已关联", "linked"),
            RelatedBy::Nonconformity => self.f.t("同一不合格记录", "same record"),
            RelatedBy::Enterprise => self.f.t("同一企业", "same enterprise"),
            RelatedBy::ProductKind => self.f.t("同类产品", "same product"),
        }
    }

    fn is_linked(&self, r: &RelatedView) -> bool {
        r.relations.contains(&RelatedBy::Linked)
    }

    /// How one stands.
    fn state(&self, r: &RelatedView) -> &'static str {
        self.f.ended_as(r.status, r.closed)
    }
}
